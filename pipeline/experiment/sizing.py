"""Networks sized from the shape of the images: what no search has chosen."""

from collections.abc import Sequence
from typing import Any

_UNITS = [256, 128]  # of the dense encoder; its decoder has them in reverse
_FEW = 8  # rows or columns: an encoder halves what is larger, a decoder starts from no more where it can
_FILTERS = (32, 64)  # of the encoder's first layer, and of the others
_START, _LAST = 32, 16  # filters where a decoder starts, and of its last layer


def sized(network: str, image_shape: Sequence[int]) -> dict[str, Any]:
    """Return the "encoder" and "decoder" of the network "mlp" or "cnn" for images (H, W, C), H and W at least 8.

    Below 300,000 weights for 28x28 pixels. A convolutional decoder doubles its height and width as often as both can be
    halved; of odd sizes it computes all layers in full size.
    """
    height, width, _ = image_shape
    if network == "mlp":
        return {"encoder": _UNITS, "decoder": _UNITS[::-1]}
    return {"encoder": _convolutions(height, width), "decoder": _transposed(height, width)}


def _convolutions(height: int, width: int) -> list[dict[str, int]]:
    """Return convolutions with a stride of 2 that lead to less than 8 rows or columns.

    Kernels of 4 fit even sizes, of 3 odd ones; where one size is even and the other odd, an edge is one pixel short.
    """
    layers: list[dict[str, int]] = []
    while min(height, width) >= _FEW:
        kernel = 3 if height % 2 and width % 2 else 4
        layers.append({"filters": _FILTERS[bool(layers)], "kernel": kernel, "stride": 2})
        height, width = ((size - kernel) // 2 + 1 for size in (height, width))
    return layers


def _transposed(height: int, width: int) -> dict[str, Any]:
    halvings = 0
    while max(height, width) > _FEW or halvings == 0:
        if height % 2 or width % 2:
            break
        height, width, halvings = height // 2, width // 2, halvings + 1
    doubling = [{"filters": _START, "kernel": 4, "stride": 2}] * (halvings - 1)
    last = {"filters": _LAST, "kernel": 4, "stride": 2} if halvings else {"filters": _LAST, "kernel": 3, "stride": 1}
    return {"reshape": [height, width, _START], "layers": [*doubling, last]}
