"""Imports run one way: tests -> pipeline -> tfvae, and inside tfvae from the top of this table to its bottom."""

import ast
import importlib
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src" / "tfvae"

BOTTOM = {"data", "distributions", "networks", "evaluation"}
# What each subpackage may import besides itself and the modules of COMMON.
ALLOWED = {
    "command": BOTTOM | {"models", "training", "sampling", "plotting", "export"},
    "export": BOTTOM | {"models"},
    "plotting": {"evaluation"},
    "priors": BOTTOM | {"models", "training", "sampling"},
    "sampling": BOTTOM | {"models"},
    "training": BOTTOM | {"models"},
    "models": BOTTOM - {"data"},
    "data": set(),
    "distributions": set(),
    "networks": set(),
    "evaluation": set(),
}
COMMON = {
    "arguments",
    "atomic",
    "backend",
    "batching",
    "errors",
    "folders",
    "images",
    "lifetime",
    "quiet",
    "randomness",
}
WITHOUT_TENSORFLOW = ("data", "evaluation", "plotting")

LIBRARY_FILES = sorted(LIBRARY.rglob("*.py"))
PIPELINE_FILES = sorted((ROOT / "pipeline").rglob("*.py"))


def name_of(path):
    return str(path.relative_to(ROOT))


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """Return the dotted names that a file imports anywhere in it, or names in a string, as registries do."""
    found = set()
    package = path.relative_to(ROOT / "src" if path.is_relative_to(ROOT / "src") else ROOT).parts[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join([*package[: len(package) - node.level + 1], node.module or ""]) if node.level else node.module
            )
            found |= {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and re.fullmatch(r"(tfvae|pipeline)(\.\w+)+(:\w+)?", str(node.value)):
            found.add(node.value.replace(":", "."))
    return found


def packages(path):
    return {name.split(".")[0] for name in imports(path)}


def subpackages(path):
    """Return the parts of tfvae that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("tfvae.")}


@cache
def is_stage(path):
    calls = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))
    return any(ast.unparse(call.func) == "stage.run" for call in calls)


def test_the_table_names_every_subpackage():
    assert {path.parent.name for path in LIBRARY.glob("*/__init__.py")} == set(ALLOWED)
    assert {path.stem for path in LIBRARY.glob("*.py")} - {"__init__", "__main__"} == COMMON


@pytest.mark.parametrize("path", LIBRARY_FILES, ids=name_of)
def test_the_library_imports_downwards(path):
    own = path.relative_to(LIBRARY).parts[0]
    assert not packages(path) & {"pipeline", "tests"}
    allowed = {"command"} if own == "__main__.py" else ALLOWED.get(own, set())
    assert subpackages(path) <= allowed | COMMON | {own}
    if own in WITHOUT_TENSORFLOW:
        assert not subpackages(path) & {"backend", "batching"}


@pytest.mark.parametrize("path", LIBRARY_FILES + PIPELINE_FILES, ids=name_of)
def test_one_module_imports_tensorflow_and_keras_and_its_layers_alone_are_used(path):
    """Others would take settings of the user's: see there."""
    is_backend = path == LIBRARY / "backend.py"
    assert packages(path) & {"tensorflow", "keras"} == ({"tensorflow", "keras"} if is_backend else set())
    calls = (ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))
    assert not [call for call in calls if call.startswith(("keras.layers.", "keras.Input", "tf.keras."))]


@pytest.mark.parametrize("path", [path for path in LIBRARY.glob("*.py") if path.stem in COMMON], ids=name_of)
def test_common_modules_import_nothing_else_of_the_library(path):
    assert subpackages(path) <= COMMON - {path.stem}


@pytest.mark.parametrize("path", PIPELINE_FILES, ids=name_of)
def test_stages_import_neither_tests_nor_each_other(path):
    stages = {f"pipeline.{other.stem}" for other in PIPELINE_FILES if is_stage(other)}
    assert len(stages) >= 10
    assert "tests" not in packages(path)
    own = f"pipeline.{path.stem}"
    assert not {name for name in imports(path) for stage in stages - {own} if f"{name}.".startswith(f"{stage}.")}


def test_the_reader_of_imports_sees_all_forms(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "src" / "tfvae" / "networks" / "example.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "import keras\nfrom tfvae import models\nfrom ..data import load\nfrom . import cnn\n"
        "def f():\n    from tfvae.training.loop import Trainer\n"
        "NAMES = {'a': 'tfvae.plotting.style', 'b': 'tfvae.sampling.latents:as_latents'}\n"
    )
    assert packages(path) == {"keras", "tfvae"}
    assert subpackages(path) == {"models", "data", "networks", "training", "plotting", "sampling"}


@pytest.mark.parametrize(
    "statements",
    [
        "import tfvae",
        "import tfvae; tfvae.evaluation.fid; tfvae.evaluation.evaluate; tfvae.evaluation.METRICS['kid'].title",
        "import tfvae.data.loading, tfvae.plotting.overview, tfvae.networks.shapes, tfvae.sampling.fitted",
        "import tfvae.training.jobs",
        "import pipeline.experiment.models, pipeline.figures, pipeline.params.loading",
    ],
)
def test_tensorflow_is_imported_only_where_it_is_needed(statements):
    check = "import sys; assert not {'tensorflow', 'keras'} & set(sys.modules), 'imported'"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    subprocess.run([sys.executable, "-c", f"{statements}; {check}"], check=True, env=environment)


@pytest.mark.parametrize("name", ["tfvae", *(f"tfvae.{subpackage}" for subpackage in ALLOWED)])
def test_every_public_name_exists(name):
    package = importlib.import_module(name)
    assert package.__all__
    assert all(getattr(package, public) is not None for public in package.__all__)
    assert set(package.__all__) <= set(dir(package))
