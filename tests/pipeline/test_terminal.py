"""A terminal that is not UTF-8 shows what it can, and ends no command."""

import os
import subprocess
import sys

import pytest

from pipeline.jobs.closure import ROOT

SUMMARY = [sys.executable, "-m", "pipeline.readme", "summary", "metrics/summary/digits.json"]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}


def shown(command, **environment):
    """Return what a command of the project prints, as bytes."""
    return subprocess.run(command, cwd=ROOT, env=CLEAN | environment, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("environment", "encoding"),
    [
        ({"PYTHONIOENCODING": "latin-1"}, "latin-1"), ({"PYTHONIOENCODING": "ascii:strict"}, "ascii"),
        ({"LC_ALL": "C"}, "utf-8"), ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "ascii"),
    ],
    ids=["latin-1", "ascii", "C", "C, kept"],
)  # fmt: skip
def test_a_summary_is_shown_in_any_encoding(environment, encoding):
    table = shown(SUMMARY, PYTHONIOENCODING="utf-8").decode()
    assert "±" in table
    assert shown(SUMMARY, **environment) == table.encode(encoding, errors="replace")


def test_the_package_sees_to_it_which_every_command_imports_first():
    check = "import sys, pipeline; print(sys.stdout.errors, '\\N{GREEK SMALL LETTER BETA}')"
    assert shown([sys.executable, "-c", check], PYTHONIOENCODING="latin-1:strict") == b"replace ?\n"
