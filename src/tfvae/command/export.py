"""Export a model for programs without this library: as TensorFlow's SavedModel, as ONNX, or its weights as safetensors.

A SavedModel is a folder with the signatures encode and decode, ONNX a folder with encoder.onnx and decoder.onnx: from
images to the mean and the parameters of q(z|x), and from latents to images. Safetensors is one file, of the weights
alone. ONNX and safetensors need packages of their own: pip install ".[export]" in the folder of tfvae.
"""

import argparse
import os
from pathlib import Path

from tfvae.command import inputs
from tfvae.export.formats import FORMATS, export_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("output", metavar="OUTPUT", type=Path, help="a new folder, or a .safetensors file")
    parser.add_argument("--to", choices=FORMATS, required=True, help="the format")


def run(given: argparse.Namespace) -> str:
    """Export a model; return what was done."""
    folder = inputs.model_folder(given.model)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")  # converting starts sessions, each of which would be told
    from tfvae.training.quiet_import import import_tensorflow

    import_tensorflow()
    export_model(folder, given.output, given.to)
    return f"{given.output}: {given.model} as {given.to}"
