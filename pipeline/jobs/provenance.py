"""Keys of jobs: one number over all that determines a job's result.

A key covers what the job is given (configuration, seed, precision, budget), the data that all jobs share, byte by byte,
the source of every module that the job may run, the versions of the libraries under it, and the processor and the
settings that decide how TensorFlow adds up.
"""

import ast
import hashlib
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from pipeline.jobs.closure import ROOT, reach

# They carry jobs and decide no result, so a change of theirs need not train anything again.
_CARRIERS = ("pipeline/jobs/", *(f"src/tfvae/training/{name}.py" for name in ("checkpoints", "jobs", "quiet_import")))
_SETTINGS = ("CUDA_VISIBLE_DEVICES", "TF_ENABLE_ONEDNN_OPTS", "TF_XLA_FLAGS", "XLA_FLAGS")
_LIBRARIES = ("keras", "numpy", "scikit-learn", "scipy", "tensorflow")


def job_keys(function: str, jobs: Sequence[Any], shared: Any, *, anywhere: bool = False) -> list[str]:
    """Return the key of each job of `tfvae.training.jobs.run_jobs`.

    Args:
        function: "module:name" of what computes the jobs.
        jobs: what each is given.
        shared: what all are given.
        anywhere: leave out the machine: versions, processor and settings.

    Raises:
        TypeError: if a job is given something whose content cannot be seen.
    """
    common = [function, digest(shared), *([] if anywhere else machine())]
    return [digest([*common, job, _code(function.split(":")[0], frozenset(_texts([job, shared])))]) for job in jobs]


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
    elif _has_names(value):
        content = _content(value)
        yield f"mapping {len(content)}".encode()
        for name in sorted(content):
            yield from _parts(name)
            yield from _parts(content[name])
    else:
        raise TypeError(f"A job is given a {type(value).__name__}, which no key can cover")


def _has_names(value: Any) -> bool:
    return isinstance(value, Mapping | SimpleNamespace) or (is_dataclass(value) and not isinstance(value, type))


def _content(value: Any) -> Mapping[str, Any]:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value if isinstance(value, Mapping) else vars(value)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif _has_names(value):
        yield from _texts(list(_content(value).values()))
    elif isinstance(value, Sequence):
        for entry in value:
            yield from _texts(entry)


@cache
def _code(module: str, names: frozenset[str]) -> str:
    """Return a digest of a module's own source, of all that it imports, and of what registries have under `names`."""
    files: set[str] = set()
    waiting = [module]
    while waiting:
        inside, stopped = reach(waiting.pop())
        for file in stopped:
            if Path(file).name == "registry.py":
                waiting += [named for name, named in _entries(file) if name in names and _path(named) not in files]
        files |= inside
    return digest([[file, (ROOT / file).read_bytes()] for file in sorted(files) if not file.startswith(_CARRIERS)])


def _entries(registry: str) -> Iterator[tuple[str, str]]:
    """Yield (name, module) of a registry: names are mapped to "module", "module:name", or a tuple that begins so."""
    for node in ast.walk(ast.parse((ROOT / registry).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            for name, value in zip(node.keys, node.values, strict=True):
                first = value.elts[0] if isinstance(value, ast.Tuple) else value
                if isinstance(name, ast.Constant) and isinstance(first, ast.Constant):
                    yield name.value, first.value.split(":")[0]


def _path(module: str) -> str:
    return f"src/{module.replace('.', '/')}.py"


@cache
def machine() -> tuple[str, ...]:
    """Return versions, processor and settings."""
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore").splitlines()
    except OSError:
        lines = []
    processor = [line for line in lines if line.startswith(("model name", "flags"))][:2]
    settings = [f"{name} {os.environ.get(name)}" for name in _SETTINGS]
    return (platform.python_version(), platform.system(), platform.machine(), *versions, *processor, *settings)
