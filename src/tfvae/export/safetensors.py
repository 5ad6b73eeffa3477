"""A model's weights as safetensors (https://github.com/huggingface/safetensors), for programs in any language."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from tfvae.atomic import replace_file
from tfvae.errors import Refused
from tfvae.models.saving import load_configuration, load_model


def write(folder: Path, output: Path) -> None:
    """Write a model's weights as a file, with its configuration as JSON in the metadata."""
    if not output.parent.is_dir() or output.is_dir():
        raise Refused(f"{output}: name a file in a folder that is there")
    metadata = {"configuration": json.dumps(load_configuration(folder))}
    replace_file(output, save(named_weights(load_model(folder)), metadata))


def named_weights(model: Any) -> dict[str, np.ndarray]:
    """Return a model's weights as Keras lays them out, "<part>.<layer>.<weight>", as in "encoder.1.kernel".

    Layers are counted from 0 in the order of the network, those without weights too. A dense kernel is (inputs,
    outputs), a convolution's (height, width, inputs, outputs), a transposed one's (height, width, outputs, inputs).
    """
    weights = {
        f"{part}.{position}.{variable.name}": np.asarray(variable)
        for part in ("encoder", "decoder")
        for position, layer in enumerate(getattr(model, part).layers)
        for variable in layer.weights
    }
    quantizer = getattr(model, "quantizer", None)
    return weights | {f"quantizer.{one.name}": np.asarray(one) for one in getattr(quantizer, "weights", [])}
