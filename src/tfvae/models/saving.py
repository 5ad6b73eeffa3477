"""Folders of trained models: a configuration and the weights that belong to it.

`config.json` holds the plain data that `tfvae.models.registry.build_model` takes; `weights.npz` the arrays of
`model.get_weights()`, named "000", "001" ... in their order, as float32 or, in half the space, as float16. The
pipeline's folders of one model have the same two files, beside others that are not looked at here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from tfvae.arguments import one_of
from tfvae.atomic import replace_file
from tfvae.errors import Refused
from tfvae.models.model import Model
from tfvae.models.registry import build_model

CONFIGURATION, WEIGHTS = "config.json", "weights.npz"
TYPES = ("float32", "float16")
_Content = TypeVar("_Content")


def load_model(folder: Path | str) -> Model:
    """Load the trained model of a folder; see above.

    Weights that are stored as float16 become float32, in which every model keeps them.

    Raises:
        Refused: naming the file, if it is missing, damaged or of another version of the library, or if the weights are
            not those of a model of this configuration.
    """
    folder = Path(folder)
    configuration = load_configuration(folder)
    model: Model = _read(folder / CONFIGURATION, lambda _: build_model(configuration))
    _read(folder / WEIGHTS, lambda content: _give(model, _arrays(content)))
    return model


def load_configuration(folder: Path | str) -> dict[str, Any]:
    """Return the configuration of a folder's model, see `load_model`, which tells whether one can be made from it.

    Raises:
        Refused: if the folder or the file is missing, or it is no JSON of names and values.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise Refused(f"{folder}: no folder of a model is there, with {CONFIGURATION} and {WEIGHTS}")
    return _read(folder / CONFIGURATION, _parsed)


def save_model(
    folder: Path | str,
    configuration: Mapping[str, Any],
    model: Model,
    dtype: Literal["float32", "float16"] = "float32",
) -> None:
    """Save a trained model, so that `load_model` restores it; other files of the folder stay.

    The same model gives the same bytes. Until the last byte is written, a folder that held another model holds none.

    Args:
        folder: made if it is missing.
        configuration: of the model, the plain data that `tfvae.models.build_model` made it from.
        model: trained or not.
        dtype: of the stored weights: "float32", or "float16", which halves the file and keeps three to four digits.

    Raises:
        Refused: if the configuration is no plain data or that of another model, or a weight is not finite in `dtype`.
        OSError: if a file cannot be written.
    """
    folder = Path(folder)
    one_of(dtype, TYPES, "type of stored weights")
    try:
        text = json.dumps({"model": "vae", **configuration}, indent=2, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise Refused(f"A configuration is plain data: text, numbers, lists and names. Received: {error}") from error
    weights = model.get_weights()
    _check(weights, build_model(json.loads(text)).get_weights())
    with np.errstate(over="ignore"):
        stored = {_nth(position): weight.astype(dtype) for position, weight in enumerate(weights)}
    for name, weight in stored.items():
        if not np.isfinite(weight).all():
            raise Refused(f"Weights must be finite numbers of the type {dtype}. Received: weight {name} is not")
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **stored)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIGURATION).unlink(missing_ok=True)  # else a stop would leave it beside another model's weights
    replace_file(folder / WEIGHTS, buffer.getvalue())
    replace_file(folder / CONFIGURATION, text.encode())


def _read(path: Path, parse: Callable[[bytes], _Content]) -> _Content:
    try:
        return parse(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
    except Exception as error:  # what reads JSON and archives and builds networks raises a dozen classes
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    raise Refused(f"{path}: {reason}. Is it whole, and written by this version of tfvae?")


def _parsed(content: bytes) -> dict[str, Any]:
    configuration = json.loads(content.decode())
    if not isinstance(configuration, dict):
        raise Refused(f"names and values in braces are needed. Received: {content[:20]!r}")
    return configuration


def _arrays(content: bytes) -> list[NDArray[Any]]:
    with NpzFile(BytesIO(content)) as archive:  # which loads no pickled object
        names = sorted(archive.files)
        if names != [_nth(position) for position in range(len(names))] or not names:
            needed = f"arrays named {_nth(0)}, {_nth(1)} and so on are needed"
            raise Refused(f"{needed}. Received: {', '.join(names) or 'none'}")
        return [archive[name] for name in names]


def _give(model: Model, weights: Sequence[NDArray[Any]]) -> None:
    for position, weight in enumerate(weights):
        if weight.dtype.name not in TYPES or not np.isfinite(weight).all():
            needed = f"weight {_nth(position)} must hold finite numbers of the type {' or '.join(TYPES)}"
            raise Refused(f"{needed}. Received: {weight.dtype}")
    _check(weights, model.get_weights())
    model.set_weights([weight.astype(np.float32) for weight in weights])


def _check(weights: Sequence[NDArray[Any]], needed: Sequence[NDArray[Any]]) -> None:
    """Check that weights have the shapes that a configuration asks for."""
    if len(weights) != len(needed):
        raise Refused(f"a model of this configuration has {len(needed)} weights. Received: {len(weights)}")
    for position, (weight, other) in enumerate(zip(weights, needed, strict=True)):
        if weight.shape != other.shape:
            of = f"weight {_nth(position)} of a model of this configuration"
            raise Refused(f"{of} has the shape {other.shape}. Received: {weight.shape}")


def _nth(position: int) -> str:
    return f"{position:03d}"
