"""The command `python -m pipeline.download` against mirrors with faults: verified data, or one message."""

import gzip
import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from pipeline import files
from pipeline.jobs.closure import ROOT
from tests.data import mirrors
from tests.data.test_idx import encode

ARRAYS = {
    "train-images-idx3-ubyte": np.arange(6 * 28 * 28).astype(np.uint8).reshape(6, 28, 28),
    "train-labels-idx1-ubyte": np.array([0, 1, 2, 0, 1, 2], np.uint8),
    "t10k-images-idx3-ubyte": np.full((2, 28, 28), 7, np.uint8),
    "t10k-labels-idx1-ubyte": np.array([2, 0], np.uint8),
}
FILES = {f"{name}.gz": gzip.compress(encode(array), mtime=0) for name, array in ARRAYS.items()}
CHECKSUMS = {name: hashlib.sha256(encode(array)).hexdigest() for name, array in ARRAYS.items()}

# The stage as it is, but for the addresses, the checksums, and the time that it waits.
COMMAND = """
import dataclasses, json, os, runpy
from tfvae.data import fetching, mnist
fetching.TIMEOUT = 2.0
mnist.SOURCE = dataclasses.replace(mnist.SOURCE, **json.loads(os.environ["SOURCE"]))
runpy.run_module("pipeline.download", run_name="__main__")
"""


@pytest.fixture
def download(tmp_path):
    """Return a function that downloads from mirrors with these faults to `out/mnist.npz`."""
    modules = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": modules, "XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_PROXY": "*"}
    environment.pop("TFVAE_DATA_DIR", None)

    def run(*answers):
        with mirrors.serving(FILES) as server:
            addresses = [mirrors.address(server, answer) for answer in answers]
            environment["SOURCE"] = json.dumps({"mirrors": addresses, "checksums": CHECKSUMS})
            options = ["--dataset", "mnist", "--data", str(tmp_path / "out" / "mnist.npz")]
            return subprocess.run(
                [sys.executable, "-c", COMMAND, *options], cwd=ROOT, env=environment, capture_output=True, text=True,
                check=False,
            )  # fmt: skip

    return run


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_failed_attempt_stands_in_one_message(download, tmp_path):
    done = download(*mirrors.FAULTS)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0].startswith("error: no place has the file train-images-idx3-ubyte of the dataset mnist. Tried:")
    attempts = lines[2 : 2 + len(mirrors.FAULTS)]  # the first of all was the cache
    for fault, line in zip(mirrors.FAULTS, attempts, strict=True):
        assert line.startswith("  - http") and f"/{fault}/train-images" in line and mirrors.REASONS[fault] in line
    assert len(lines) == len(attempts) + 9 and "Traceback" not in done.stderr
    assert contents(tmp_path) == {}


def test_a_good_mirror_after_bad_ones_gives_the_data(download, tmp_path):
    done = download("flipped", "cut", "page", "refused", "good")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kept = contents(tmp_path)
    data = kept.pop("mnist.npz")
    assert kept == FILES
    train, train_labels, test, test_labels = ARRAYS.values()
    expected = {"x_train": train[..., None], "y_train": train_labels, "x_test": test[..., None], "y_test": test_labels}
    files.write_npz(tmp_path / "expected.npz", expected)
    assert data == (tmp_path / "expected.npz").read_bytes()
    again = download("refused")
    assert (again.returncode, again.stderr) == (0, ""), "the cache serves without any mirror"
    assert (tmp_path / "out" / "mnist.npz").read_bytes() == data
