"""The check as a command: its status, its message, and the file that the other stages depend on."""

import os
import subprocess
import sys

import pytest

from tests.pipeline.closure import ROOT

MARKED = b"The parameters are valid.\n"


@pytest.fixture
def check(tmp_path):
    """Return a function that writes a parameter file and checks it by the command of dvc.yaml."""

    def run(text, *options):
        (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pipeline.check_parameters", "--parameters", "params.yaml", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def good():
    return (ROOT / "params.yaml").read_text(encoding="utf-8")


def test_a_good_file_is_marked_with_constant_bytes(check, good, tmp_path):
    marker = tmp_path / "data" / "parameters-checked"
    for text in (good, good.replace("\nbeta: 1\n", "\nbeta: 0.3\n")):
        done = check(text, "--marker", "data/parameters-checked")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert marker.read_bytes() == MARKED
        marker.unlink()


def test_without_a_marker_a_good_file_is_reported(check, good, tmp_path):
    done = check(good)
    assert (done.returncode, done.stdout, done.stderr) == (0, "params.yaml: valid\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


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
            "datasets: [digits, mnist, fashion_mnist]",
            "datasets: [digits, mnist, a; touch x]",
            "error: params.yaml:\n  datasets.2: known datasets are digits, fashion_mnist, mnist. "
            "Received: 'a; touch x'\n",
        ),
    ],
)
def test_a_bad_file_ends_with_one_message_and_no_marker(check, good, tmp_path, old, new, message):
    assert old in good
    done = check(good.replace(old, new), "--marker", "data/parameters-checked")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


@pytest.mark.parametrize("text", ["beta: [1", "", "beta: 1\nbeta: 2\n", "\x00"])
def test_what_is_no_parameter_file_ends_with_a_message(check, text):
    done = check(text)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("error: params.yaml ") and "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_absent_file_ends_with_a_message(check, good):
    done = check(good, "--parameters", "absent.yaml", "--marker", "marker")
    assert (done.returncode, done.stderr) == (1, "error: absent.yaml cannot be read: No such file or directory\n")
