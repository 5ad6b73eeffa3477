"""Decoders of trained models as plain data, from which `decoder.js` computes images inside a page."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files
from pipeline.records.experiment import Configuration
from tfvae.arguments import as_count, as_counts, as_shape, named, one_of
from tfvae.networks.shapes import as_layers, check_decoder

Layer = dict[str, Any]


class _AnyShape(Configuration):
    """A configuration whose layers are not checked for the study's 28x28 pixels; `layers_of` checks them."""

    encoder: Any
    decoder: Any


def read_decoder(folder: Path) -> dict[str, Any]:
    """Return the decoder of a VAE's folder, which holds `config.json` and `weights.npz`.

    Returns:
        "name" of the folder; "network", "mlp" or "cnn"; "latents", how many; "shape" (H, W, C) of the images; "layers",
        see `layers_of`; "weights", kernel and bias of each layer in their order, little-endian float16 in base64.
        Kernels of convolutions lie as (height, width, inputs, filters); those of plain ones are turned by 180 degrees,
        so that each input spreads over the outputs as in a transposed one.

    Raises:
        Damaged: if a file is missing or broken, or the weights are not those of the configuration, or not finite in
            float16.
    """
    path = folder / "config.json"
    configuration = files.read_json(path, _AnyShape)
    with files.reading(path):
        layers, shape = layers_of(configuration), list(as_shape(configuration["image_shape"]))
        latents = as_count(configuration["posterior"]["latent_dim"], "latent_dim")
    path = folder / "weights.npz"
    weights = files.read_weights(path)
    with files.reading(path):
        packed = _packed(layers, latents, weights)
    head = {"name": folder.name, "network": configuration["network"], "latents": latents}
    return {**head, "shape": shape, "layers": layers, "weights": packed}


def layers_of(configuration: Mapping[str, Any]) -> list[Layer]:
    """Return the layers of a decoder, as `tfvae.networks` builds them, from latents to logits.

    Each has a "kind": "dense" with "units"; "reshape" with a "shape"; "convolution" and "transposed" with "filters",
    "kernel" and "stride", and with same padding. All but reshapes have an "activation", "relu" or "linear".

    Raises:
        Refused: if the network is neither "mlp" nor "cnn", or its description does not fit the images.
    """
    layers = _LAYERS[one_of(configuration["network"], _LAYERS, "network")]
    return layers(as_shape(configuration["image_shape"]), configuration["decoder"])


def _dense(image_shape: Sequence[int], units: Sequence[int]) -> list[Layer]:
    hidden = [{"kind": "dense", "units": count, "activation": "relu"} for count in as_counts(units, "decoder")]
    head = {"kind": "dense", "units": prod(image_shape), "activation": "linear"}
    return [*hidden, head, {"kind": "reshape", "shape": list(image_shape)}]


def _convolutional(image_shape: Sequence[int], description: Mapping[str, Any]) -> list[Layer]:
    named(description, "A decoder", ("reshape", "layers"))
    start, between = list(as_shape(description["reshape"])), as_layers(description["layers"])
    check_decoder(image_shape, {"reshape": start, "layers": between})
    first = {"kind": "dense", "units": prod(start), "activation": "relu"}
    hidden = [
        {"kind": "convolution" if layer["stride"] == 1 else "transposed", **layer, "activation": "relu"}
        for layer in between
    ]
    head = {"kind": "convolution", "filters": image_shape[-1], "kernel": 3, "stride": 1, "activation": "linear"}
    return [first, {"kind": "reshape", "shape": start}, *hidden, head]


_LAYERS: dict[str, Callable[[Sequence[int], Any], list[Layer]]] = {"mlp": _dense, "cnn": _convolutional}


def _packed(layers: Sequence[Layer], latents: int, weights: Sequence[np.ndarray]) -> str:
    """Return the weights of a decoder's layers, which are a model's last ones."""
    needed = [*_shapes(layers, latents)]
    own = weights[-len(needed) :]
    if [weight.shape for weight in own] != needed:
        raise ValueError("its last arrays are not those of the decoder that config.json describes")
    kinds = [layer["kind"] for layer in layers if layer["kind"] != "reshape" for _ in ("kernel", "bias")]
    numbers = [_laid(kind, weight).ravel() for kind, weight in zip(kinds, own, strict=True)]
    with np.errstate(over="ignore"):  # what is too large becomes infinite
        content = np.concatenate(numbers).astype("<f2")
    if not np.isfinite(content).all():
        raise ValueError("a weight is not finite in float16")
    return b64encode(content.tobytes()).decode()


def _shapes(layers: Sequence[Layer], channels: int) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of each layer's kernel and bias; `channels` reach the first layer."""
    for layer in layers:
        if layer["kind"] == "reshape":
            channels = layer["shape"][-1]
            continue
        inputs, channels = channels, layer["units"] if layer["kind"] == "dense" else layer["filters"]
        window = () if layer["kind"] == "dense" else (layer["kernel"], layer["kernel"])
        yield (*window, channels, inputs) if layer["kind"] == "transposed" else (*window, inputs, channels)
        yield (channels,)


def _laid(kind: str, weight: np.ndarray) -> np.ndarray:
    if kind == "dense" or weight.ndim == 1:
        return weight
    return weight.swapaxes(2, 3) if kind == "transposed" else weight[::-1, ::-1]
