"""Shapes of convolutional networks, computed from their descriptions without building them.

A layer is plain data: {"filters": 16, "kernel": 3, "stride": 1} is a convolution, {"pool": 2, "stride": 1} an average
pooling. Parameter files are checked with these functions before any work starts.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from tfvae.errors import Refused


def encoder_features(image_shape: Sequence[int], layers: Sequence[Mapping[str, int]]) -> int:
    """Return the number of features after the layers, all of them with valid padding.

    Args:
        image_shape: (H, W, C).
        layers: descriptions as above.

    Raises:
        Refused: if a layer's window is larger than what reaches it.
    """
    height, width, channels = image_shape
    for position, layer in enumerate(layers):
        window = layer["kernel"] if "filters" in layer else layer["pool"]
        if window > min(height, width):
            raise Refused(
                f"Layer {position} of the encoder has a window of {window}, but only {height}x{width} reaches it"
            )
        height, width = ((size - window) // layer["stride"] + 1 for size in (height, width))
        channels = layer.get("filters", channels)
    return height * width * channels


def check_decoder(image_shape: Sequence[int], description: Mapping[str, Any]) -> None:
    """Check that a convolutional decoder ends with the size of the image.

    Args:
        image_shape: (H, W, C).
        description: {"reshape": [h, w, c], "layers": [...]}; a stride multiplies height and width.

    Raises:
        Refused: if it ends elsewhere.
    """
    start, scale = tuple(description["reshape"]), prod(layer["stride"] for layer in description["layers"])
    reached, wanted = (start[0] * scale, start[1] * scale), tuple(image_shape[:2])
    if reached != wanted:
        raise Refused(
            f"The decoder starts at {start[0]}x{start[1]} and its strides multiply that by {scale}, to "
            f"{reached[0]}x{reached[1]}, but images are {wanted[0]}x{wanted[1]}: change 'reshape' or the strides"
        )
