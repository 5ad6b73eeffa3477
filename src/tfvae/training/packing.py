"""Nested plain values and arrays as bytes, without pickles."""

import json
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.errors import Refused


def pack(content: Any) -> bytes:
    """Return nested dicts, lists and tuples of plain values and arrays as bytes: an `.npz` file without pickles.

    Raises:
        TypeError: if a value is none of these.
        Refused: if a number is NaN or infinite outside of an array.
    """
    arrays: list[NDArray[Any]] = []

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            arrays.append(value)
            return {"array": len(arrays) - 1}
        if isinstance(value, dict):
            return {"dict": [[name, plain(entry)] for name, entry in value.items()]}
        if isinstance(value, list | tuple):
            return [plain(entry) for entry in value]
        return value

    try:
        text = json.dumps(plain(content), allow_nan=False)
    except ValueError as error:
        raise Refused("A job cannot keep NaN or infinity: one of its results is not a number") from error
    buffer = BytesIO()
    tree = np.frombuffer(text.encode(), np.uint8)
    np.savez(buffer, allow_pickle=False, tree=tree, **{str(number): array for number, array in enumerate(arrays)})
    return buffer.getvalue()


def unpack(body: bytes) -> Any:
    """Return the content that `pack` turned into bytes, its tuples as lists."""
    with np.load(BytesIO(body), allow_pickle=False) as arrays:

        def restored(value: Any) -> Any:
            if isinstance(value, list):
                return [restored(entry) for entry in value]
            if isinstance(value, dict):
                if "array" in value:
                    return arrays[str(value["array"])]
                return {name: restored(entry) for name, entry in value["dict"]}
            return value

        return restored(json.loads(arrays["tree"].tobytes()))
