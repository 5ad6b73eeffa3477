"""The command itself, in a process of its own: help, exit status, bytes that no thread or folder changes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.command.conftest import IMAGES
from tfvae.command.line import COMMANDS

SOURCES = str(Path(__file__).resolve().parents[2] / "src")


def tfvae(*line, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment |= {"PYTHONPATH": SOURCES} | variables
    line = [sys.executable, "-m", "tfvae", *map(str, line)]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", [[], *([name] for name in COMMANDS)], ids=lambda line: " ".join(line) or "tfvae")
def test_help_says_what_a_command_does(line, tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise SystemExit('help needs no TensorFlow')")
    done = tfvae(*line, "--help", PYTHONPATH=os.pathsep.join([SOURCES, str(tmp_path)]))
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("usage: python -m tfvae")
    assert all(name in done.stdout for name in (COMMANDS if not line else ["MODEL", "-h"]))


@pytest.mark.parametrize("line", [[], ["train"], ["embed", "mlp"], ["sample", "mlp", "--count", "many"]])
def test_a_line_that_is_none_ends_with_2(line):
    done = tfvae(*line)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("usage: ") and "Traceback" not in done.stderr


def test_a_process_of_its_own_gives_the_same_bytes_on_more_threads(inside, models, run):
    np.save("x.npy", IMAGES)
    line = ("embed", models / "cnn", "x.npy")
    for name, threads in (("one", "1"), ("two", "2")):
        done = tfvae(*line, "-o", f"{name}.npz", OMP_NUM_THREADS=threads, TF_NUM_INTRAOP_THREADS=threads)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"{name}.npz: latents of 12 images, 3 numbers each\n"
    assert (inside / "one.npz").read_bytes() == (inside / "two.npz").read_bytes()
    done = tfvae("embed", "nowhere", "x.npy", "-o", "out.npz")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("error: nowhere: no folder")
