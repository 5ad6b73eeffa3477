"""Import of TensorFlow without its start-up messages and the libraries that Keras loads idly."""

import os
import sys
from importlib import import_module

_IDLE_IMPORTS = ("PIL", "matplotlib", "pandas", "sklearn")


def import_tensorflow() -> None:
    """Import TensorFlow without its start-up messages, which no setting silences.

    Keras imports plotting and table libraries, a third of its start-up time, for functions that no job calls; they are
    kept out, and can be imported afterwards.
    """
    hidden = [name for name in _IDLE_IMPORTS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None makes an import fail at once
    sys.stderr.flush()
    stderr = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        tensorflow = import_module("tfvae.backend").tf
        tensorflow.config.list_physical_devices()
        tensorflow.get_logger().setLevel("ERROR")  # it warns of tracing again, which a shorter last batch needs
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        for name in hidden:
            del sys.modules[name]
