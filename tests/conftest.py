"""Settings of all tests."""

import pytest
from hypothesis import settings

# A time limit per example would make the tests fail on a busy machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Two processes take modules in this order and end together: one runs the study while the other takes what needs none;
# then come those that copy the study, and other long ones: at the end one would work alone.
LIBRARY = ("data", "distributions", "evaluation", "models", "networks", "plotting", "priors", "sampling", "training")
ORDER = ("test_end_to_end.py", *(f"tests/{name}/" for name in LIBRARY), "test_interruption.py", "test_changes.py",
         "test_fresh_clone.py", "pipeline/test_experiments.py", "test_conformance.py", "test_environment.py",
         "test_damage.py", "params/test_bad_parameters.py")  # fmt: skip


def pytest_collection_modifyitems(items):
    """Sort the modules by `ORDER`; the others come last."""
    items.sort(key=lambda item: next((i for i, part in enumerate(ORDER) if part in item.nodeid), len(ORDER)))


STAND_INS = {
    "tensorflow.py": """
from types import SimpleNamespace
config = SimpleNamespace(list_physical_devices=list)
def get_logger():
    return SimpleNamespace(setLevel=str)
""",
    "keras.py": """
from types import SimpleNamespace
config = SimpleNamespace(backend=lambda: "tensorflow")
class layers:
    AveragePooling2D = Conv2D = Conv2DTranspose = Dense = Embedding = Flatten = Input = MaxPooling2D = Reshape = dict
""",
}


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    """A folder with modules that worker processes import instead of TensorFlow and Keras."""
    folder = tmp_path_factory.mktemp("stand-in")
    for name, source in STAND_INS.items():
        (folder / name).write_text(source, encoding="utf-8")
    return folder
