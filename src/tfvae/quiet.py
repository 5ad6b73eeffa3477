"""What TensorFlow prints while it starts, without the noise: importing the library prints nothing, errors stay.

No setting of TensorFlow silences these lines, and no level tells them from errors: the library, written in C++, prints
them before it has read any. TF_CPP_MIN_LOG_LEVEL=0 in the environment shows all of them.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

_DRIVER = Path("/proc/driver/nvidia")
_NOISE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)|I\d{4} |\d{4}-\S+ \S+ I |"
    rb"To enable the following instructions:|"
    # TensorFlow 2.19 registers its own parts twice, and calls that an error.
    rb".*(Unable to register cu\w+ factory|computation placer already registered)"
)
# An error only where there is a GPU: TensorFlow looks for one everywhere.
_NO_GPU = re.compile(rb"([EW]\d{4} |\d{4}-\S+ \S+ [EW] ).*(failed call to cuInit|Cannot dlopen some GPU libraries)")


@contextmanager
def hushed() -> Iterator[None]:
    """Hold back what the process prints to its standard error, and print all but the noise of a start in the end."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            os.write(2, b"".join(line for line in held if not _is_noise(line)))


def hush_import(name: str) -> None:
    """Let the module `name`, which has TensorFlow as its `tf`, be imported `hushed`, whenever that will be."""
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") != "0":
        sys.meta_path.insert(0, _Finder(name))


class _Finder:
    """Finds one module, as Python would, and has its import hushed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == self._name else None
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            execute = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with hushed():
                    execute(module)
                    module.tf.config.list_physical_devices()  # it looks for a GPU, and says so when it finds none

            loader.exec_module = exec_module
        return spec


def _is_noise(line: bytes) -> bool:
    return _NOISE.match(line) is not None or (_NO_GPU.match(line) is not None and not _DRIVER.exists())
