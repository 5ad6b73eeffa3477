"""Settings of all tests."""

import pytest
from hypothesis import settings

# A time limit per example would make the tests fail on a busy machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Two processes take modules in this order and end together: one runs the study while the other takes what needs none;
# then come those that copy the study.
LIBRARY = ("data", "distributions", "evaluation", "models", "networks", "plotting", "priors", "sampling", "training")
ORDER = ("test_end_to_end.py", *(f"tests/{name}/" for name in LIBRARY), "test_interruption.py", "test_changes.py",
         "test_fresh_clone.py")  # fmt: skip


def pytest_collection_modifyitems(items):
    """Sort the modules by `ORDER`; the others come last."""
    items.sort(key=lambda item: next((i for i, part in enumerate(ORDER) if part in item.nodeid), len(ORDER)))


STAND_IN = """
from types import SimpleNamespace
config = SimpleNamespace(list_physical_devices=list)
def get_logger():
    return SimpleNamespace(setLevel=str)
"""


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    """A folder with a module that worker processes import instead of TensorFlow."""
    folder = tmp_path_factory.mktemp("stand-in")
    (folder / "tensorflow.py").write_text(STAND_IN, encoding="utf-8")
    return folder
