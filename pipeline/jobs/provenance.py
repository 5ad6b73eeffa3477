"""Keys of jobs: a digest of all that determines a job's result.

It covers the job's arguments, the shared data byte by byte, the meaning of every module that may run, the libraries'
versions, and the processor and settings that decide how TensorFlow adds up.
"""

import hashlib
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import metadata
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import BaseModel

from pipeline.jobs.closure import OUTSIDE, closure, digest_of
from pipeline.jobs.settings import settings
from tfvae.training.processor import has_gpu, this_processor

# A job is given values, not a command line.
_OUTSIDE = (*OUTSIDE, "pipeline/stage.py")
_LIBRARIES = ("keras", "numpy", "scikit-learn", "scipy", "tensorflow")


def job_keys(function: str, jobs: Sequence[Any], shared: Any, *, anywhere: bool = False) -> list[str]:
    """Return the key of each job of `tfvae.training.jobs.run_jobs`; if it may run `anywhere`, without the machine.

    Raises:
        TypeError: if the content of an argument cannot be seen.
    """
    common = [function, digest(shared), *([] if anywhere else machine())]
    return [digest([*common, job, code(function.split(":")[0], frozenset(texts([job, shared])))]) for job in jobs]


def digest(value: Any) -> str:
    """Return a digest of a value's content: nested mappings, sequences and dataclasses of plain values and arrays."""
    state = hashlib.sha256()
    for part in _parts(value):
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    """Yield a value's content such that two values with the same parts are the same."""
    if type(value) is np.ndarray and value.dtype.kind in "biuf":  # others may hold references, or more than numbers
        yield f"array {value.dtype.str} {value.shape}".encode()
        yield value.tobytes()
    elif isinstance(value, str | int | float | bool | bytes | None):
        yield f"{type(value).__name__} {value!r}".encode()
    elif isinstance(value, Sequence):
        yield f"sequence {len(value)}".encode()
        for entry in value:
            yield from _parts(entry)
    elif (content := _content(value)) is not None:
        yield f"mapping {len(content)}".encode()
        for name in sorted(content):
            yield from _parts(name)
            yield from _parts(content[name])
    else:
        raise TypeError(f"A job is given a {type(value).__name__}, which no key can cover")


def _content(value: Any) -> Mapping[str, Any] | None:
    """Return {name: value} of what has names, else None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, SimpleNamespace | BaseModel):
        return vars(value)
    return value if isinstance(value, Mapping) else None


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a value, names of mappings among them."""
    if isinstance(value, str):
        yield value
    elif (content := _content(value)) is not None:
        yield from texts([*content, *content.values()])
    elif isinstance(value, Sequence):
        for entry in value:
            yield from texts(entry)


@cache
def code(module: str, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the path and the digest of each module that a job of `module` runs when its values name `names`."""
    return tuple((file, digest_of(file)) for file in sorted(closure(module, names, outside=_OUTSIDE).files))


@cache
def machine() -> tuple[str, ...]:
    """Return versions, processor and settings; a patch of Python changes no result, so its number is left out."""
    python = ".".join(platform.python_version().split(".")[:2])
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    processor = this_processor()
    gpu = "GPU" if has_gpu() else "no GPU"
    kind = (platform.system(), platform.machine(), processor.name, *processor.instructions)
    return (python, *kind, *versions, *settings(os.environ), gpu)
