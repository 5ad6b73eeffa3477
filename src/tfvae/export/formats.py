"""The formats that a model is exported to, by name; what writes one is imported on first use."""

from importlib import import_module
from pathlib import Path

from tfvae.arguments import one_of
from tfvae.errors import Refused

FORMATS = {
    "savedmodel": ("tfvae.export.saved_model", ""),
    "onnx": ("tfvae.export.onnx", ""),
    "safetensors": ("tfvae.export.safetensors", ".safetensors"),
}
"""Module and ending of each; without an ending it is a folder."""


def export_model(folder: Path | str, output: Path | str, to: str) -> None:
    """Export a trained model for programs that have not this library.

    An export computes in float32, whatever the precision of the training was. The same model gives the same bytes, but
    for the identity that TensorFlow puts into `fingerprint.pb`. Its functions are

        encode: images (N, H, W, C) float32 from 0 to 1 -> "mean" (N, D) of q(z|x), and its "parameters" (N, P),
        decode: latents (N, D) float32 -> the mean "images" (N, H, W, C) from 0 to 1 of p(x|z);

    with a conditional model's labels (N,) int32 as one argument more, and with "codes" (N, h, w) int32 in place of mean
    and latents in a vector-quantised model. Of a Gaussian, the parameters are means and log-variances, abreast.

    Args:
        folder: of the model, see `tfvae.models.saving`.
        output: "savedmodel" makes a folder whose signatures are `encode` and `decode`; "onnx" a folder with
            `encoder.onnx` and `decoder.onnx`; "safetensors" a file `.safetensors` of the weights alone, named
            "encoder.<layer>.kernel" and so on, with the configuration as metadata.
        to: a name of `FORMATS`.

    Raises:
        Refused: if the model cannot be loaded or the format cannot express it, the output is there already, its ending
            is another, or a package is missing that the format needs.
    """
    module, ending = FORMATS[one_of(to, FORMATS, "format")]
    output = Path(output)
    if output.suffix.lower() != ending:
        needed = f"a file that ends with {ending}" if ending else "a new folder without an ending"
        raise Refused(f"{output}: {to} is written to {needed}")
    try:
        write = import_module(module).write
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "tfvae":
            raise
        needed = f'{to} needs the package {error.name}: run `pip install ".[export]"` in the folder of tfvae'
        raise Refused(f"{needed}, or `pip install {error.name}`") from error
    write(Path(folder), output)
