"""A model as TensorFlow's SavedModel."""

from pathlib import Path

from tfvae.backend import tf
from tfvae.export.functions import functions_of, load_in_float32
from tfvae.folders import check_new, new_folder


def write(folder: Path, output: Path) -> None:
    """Write a model as a folder with the signatures `encode` and `decode`."""
    check_new(output)
    model = load_in_float32(folder)
    module = tf.Module()
    module.variables_of_the_model = [variable.value for variable in model.weights]
    module.encode, module.decode = functions_of(model)
    signatures = {name: getattr(module, name).get_concrete_function() for name in ("encode", "decode")}
    with new_folder(output) as partial:
        tf.saved_model.save(module, str(partial), signatures)
