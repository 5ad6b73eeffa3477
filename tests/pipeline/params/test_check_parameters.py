"""The check as a command: its status, its message, and the file that the other stages depend on."""

import os
import subprocess
import sys

import pytest

from pipeline.jobs.closure import ROOT
from tests.pipeline.params.parameter_files import TEXTS, copy_files

ARCHITECTURES = TEXTS["architectures"]
MARKED = b"The parameters are valid.\n"


@pytest.fixture
def check(tmp_path):
    """Return a function that writes a parameter file and checks it by the command of dvc.yaml."""

    def run(text, *options, architectures=ARCHITECTURES):
        copy_files(tmp_path)
        (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "architectures.yaml").write_text(architectures, encoding="utf-8")
        files = ["--parameters", "params.yaml", "--architectures", "architectures.yaml"]
        command = [sys.executable, "-m", "pipeline.check_parameters", *files, *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def good():
    return TEXTS["params"]


def test_a_good_file_is_marked_with_constant_bytes(check, good, tmp_path):
    marker = tmp_path / "data" / "parameters-checked"
    for text in (good, good.replace("\nbeta: 1\n", "\nbeta: 0.3\n")):
        done = check(text, "--marker", "data/parameters-checked")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert marker.read_bytes() == MARKED
        marker.unlink()


def test_a_marker_that_cannot_be_written_ends_with_one_message(check, good, tmp_path):
    (tmp_path / "data").touch()
    done = check(good, "--marker", "data/parameters-checked")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: cannot write data/parameters-checked (26 bytes): ")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_marker_a_good_file_is_reported(check, good, tmp_path):
    done = check(good)
    assert (done.returncode, done.stdout, done.stderr) == (0, "params.yaml, architectures.yaml: valid\n", "")
    assert {path.name for path in tmp_path.iterdir()} == {"params.yaml", "params", "architectures.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "\nbeta: 1\n",
            "\nbeta: -1\n",
            "error: params.yaml:\n  beta: a number from 0 to 1000 is needed. Received: -1\n",
        ),
        (
            "\nbeta: 1\n",
            "\n",
            "error: params.yaml:\n  beta: this parameter is missing; every parameter has to be given\n",
        ),
        (
            "\ndatasets:\n- digits\n- mnist\n- fashion_mnist\n",
            "\ndatasets:\n- digits\n- mnist\n- a; touch x\n",
            "error: params.yaml:\n  datasets.2: known datasets are digits, fashion_mnist, mnist. "
            "Received: 'a; touch x'\n",
        ),
    ],
)
def test_a_bad_file_ends_with_one_message_and_no_marker(check, good, tmp_path, old, new, message):
    assert old in good
    done = check(good.replace(old, new), "--marker", "data/parameters-checked")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)
    assert {path.name for path in tmp_path.iterdir()} == {"params.yaml", "params", "architectures.yaml"}


@pytest.mark.parametrize("text", ["beta: [1", "", "beta: 1\nbeta: 2\n", "\x00"])
def test_what_is_no_parameter_file_ends_with_a_message(check, text):
    done = check(text)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("error: params.yaml ") and "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    e13: [175,", "    e13: [0,", "architectures.yaml:\n  mlp.encoders.e13.0: input should be greater than"),
        (
            "      e16-d16,\n",
            "      e17-d16,\n",
            "architectures.yaml:\n  mlp.candidates: there is no candidate 'e17-",
        ),
        (
            "    e10: [",
            "    f10: [",
            "architectures.yaml:\n  mlp.candidates: there is no candidate 'e10-d10'; encoders are e0, e1,",
        ),
    ],
)
def test_architectures_are_checked_too(check, good, old, new, message):
    assert old in ARCHITECTURES
    done = check(good, architectures=ARCHITECTURES.replace(old, new, 1))
    assert done.returncode == 1 and done.stderr.startswith(f"error: {message}") and done.stderr.count("\n") == 2


def test_candidates_of_the_parameters_must_be_among_the_architectures(check, good):
    done = check(good.replace("- e13-d13\n", "- e13-d99\n"), "--marker", "marker")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error: architectures.yaml lacks what the parameters name:\n"
        "  preliminary_grid.digits.mlp.candidates: there is no candidate 'e13-d99'; encoders are e0, "
    )


def test_an_absent_file_ends_with_a_message(check, good):
    done = check(good, "--parameters", "absent.yaml", "--marker", "marker")
    assert (done.returncode, done.stderr) == (1, "error: absent.yaml cannot be read: No such file or directory\n")
