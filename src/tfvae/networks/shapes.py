"""Shapes of convolutional networks, computed from their descriptions without building them.

A layer is plain data: {"filters": 16, "kernel": 3, "stride": 1} is a convolution, {"pool": 2, "stride": 1} an average
pooling. Parameter files are checked with these functions before any work starts.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from tfvae.arguments import as_count, named
from tfvae.errors import Refused


def as_layers(layers: Any, pools: bool = False, padded: bool = False) -> list[dict[str, Any]]:
    """Return the layers, their numbers as ints.

    Each is a convolution or, where `pools` allows it, a pooling; where they are `padded`, may say its padding.

    Raises:
        Refused: if they are no list of such layers, a name is missing or unknown, or a number is not whole, or below 1.
    """
    if not isinstance(layers, list | tuple):
        raise Refused(f"Layers are a list. Received: {layers!r}")
    return [_as_layer(layer, f"Layer {position}", pools, padded) for position, layer in enumerate(layers)]


def _as_layer(layer: Any, what: str, pools: bool, padded: bool) -> dict[str, Any]:
    is_pool = pools and isinstance(layer, Mapping) and "pool" in layer
    named(
        layer, what, ("pool", "stride") if is_pool else ("filters", "kernel", "stride"), ["padding"] if padded else ()
    )
    return {name: value if name == "padding" else as_count(value, f"{what}'s {name}") for name, value in layer.items()}


def encoder_features(image_shape: Sequence[int], layers: Sequence[Mapping[str, int]]) -> int:
    """Return the number of features of images (H, W, C) after the layers, which have valid padding unless they say so.

    Raises:
        Refused: if a padding is unknown, or a layer's window is larger than what reaches it.
    """
    height, width, channels = image_shape
    for position, layer in enumerate(layers):
        window = layer["kernel"] if "filters" in layer else layer["pool"]
        if is_same(layer):
            window = 1
        if window > min(height, width):
            raise Refused(
                f"Layer {position} of the encoder has a window of {window}, but only {height}x{width} reaches it"
            )
        height, width = ((size - window) // layer["stride"] + 1 for size in (height, width))
        channels = layer.get("filters", channels)
    return height * width * channels


def is_same(layer: Mapping[str, Any]) -> bool:
    """Return whether a layer's padding is "same", not "valid", which it is where it does not say.

    Raises:
        Refused: if it is neither.
    """
    padding = layer.get("padding", "valid")
    if padding not in ("same", "valid"):
        raise Refused(f"A padding is 'same' or 'valid'. Received: {padding!r}")
    return bool(padding == "same")


def check_decoder(image_shape: Sequence[int], description: Mapping[str, Any]) -> None:
    """Check that a decoder {"reshape": [h, w, c], "layers": [...]} ends with the size of the image; see below."""
    check_strides(description["reshape"], description["layers"], image_shape, "'reshape' or the strides")


def check_strides(
    start: Sequence[int], layers: Sequence[Mapping[str, Any]], image_shape: Sequence[int], advice: str
) -> None:
    """Check that the layers' strides multiply the height and width of `start` to the image's.

    Raises:
        Refused: if they do not; the message says to change `advice`.
    """
    scale = prod(layer["stride"] for layer in layers)
    reached, wanted = (start[0] * scale, start[1] * scale), tuple(image_shape[:2])
    if reached != wanted:
        raise Refused(
            f"The decoder starts at {start[0]}x{start[1]} and its strides multiply that by {scale}, to "
            f"{reached[0]}x{reached[1]}, but images are {wanted[0]}x{wanted[1]}: change {advice}"
        )
