"""The house: doors on top, a room per system, floors below; seen in the syntax trees."""

import ast
from pathlib import Path

import pytest

from pipeline.jobs.closure import ROOT

PIPELINE = ROOT / "pipeline"
FLOORS = {"experiment", "jobs", "params", "records", "pages"}  # below all rooms
COMMANDS = {"ahead", "times", "compare", "verify", "drawing", "readme"}  # run by people; above the rooms like doors
ABOVE = {"contents", "findings"}  # the list of the page's parts, and the sentences on what all rooms have found
ROOMS = {path.name for path in PIPELINE.iterdir() if (path / "__init__.py").is_file()} - FLOORS - COMMANDS - ABOVE
# What the top holds beside doors: the command line, files, names, and the one list above the rooms.
HELPERS = {"__init__", "stage", "files", "names", "contents"}
LONGEST = 250


def parts(path):
    """Return a module's dotted name below `pipeline`."""
    return path.relative_to(PIPELINE).with_suffix("").parts


def imported(path):
    """Return the dotted names below `pipeline` that a module imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pipeline":
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.split(".")[0] == "pipeline"}
    return {tuple(name.split(".")[1:]) for name in names}


MODULES = sorted(PIPELINE.rglob("*.py"))


def test_the_top_holds_doors_and_a_few_helpers():
    top = {path.stem for path in PIPELINE.glob("*.py")}
    runs = {path.stem for path in PIPELINE.glob("*.py") if '__name__ == "__main__"' in path.read_text(encoding="utf-8")}
    assert top - runs == HELPERS
    stages = {path.stem.replace("_", "-") for path in PIPELINE.glob("*.py") if path.stem in runs - COMMANDS}
    listed = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
    assert all(f"\n  {stage}:\n" in listed for stage in stages)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(parts(path)))
def test_imports_lead_down(path):
    own = parts(path)
    above = {name for name in imported(path) if name[0] not in FLOORS | {"files", "names"}}
    if own[0] in ABOVE:
        assert {name[0] for name in above} <= ROOMS | {own[0]}, "what stands on the rooms imports a door"
    elif own[0] not in FLOORS | ROOMS | HELPERS:  # a door or a command
        assert {name[0] for name in above} <= ROOMS | HELPERS | ABOVE | {own[0]}, "a door imports a door"
    elif own[0] in ROOMS:
        assert {name[0] for name in above} <= {own[0]}, "a room imports a room, or something above it"
    else:
        assert not above, "a floor imports something above it"


@pytest.mark.parametrize("path", [*MODULES, *sorted((ROOT / "src").rglob("*.py"))], ids=lambda path: path.stem)
def test_no_module_is_long(path):
    assert len(Path(path).read_text(encoding="utf-8").splitlines()) <= LONGEST
