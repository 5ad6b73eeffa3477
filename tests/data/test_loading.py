import dataclasses
import gzip
import hashlib
import importlib
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.data.test_idx import encode
from tfvae.data import DATASETS, Dataset, DatasetUnavailable, load

DOWNLOADED = ["mnist", "fashion_mnist"]
ARRAYS = {
    "train-images-idx3-ubyte": np.arange(6 * 4 * 3, dtype=np.uint8).reshape(6, 4, 3),
    "train-labels-idx1-ubyte": np.array([0, 1, 2, 0, 1, 2], np.uint8),
    "t10k-images-idx3-ubyte": 200 - np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3),
    "t10k-labels-idx1-ubyte": np.array([2, 0], np.uint8),
}


@pytest.fixture
def small(monkeypatch):
    """Give a downloaded dataset other checksums, those of four small files, and no mirror."""

    def shrink(name):
        checksums = {file: hashlib.sha256(encode(array)).hexdigest() for file, array in ARRAYS.items()}
        module = importlib.import_module(DATASETS[name])
        assert module.SOURCE.checksums.keys() == checksums.keys()
        monkeypatch.setattr(module, "SOURCE", dataclasses.replace(module.SOURCE, mirrors=(), checksums=checksums))

    return shrink


def write(folder):
    folder.mkdir(parents=True)
    for name, array in ARRAYS.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(encode(array)))


@pytest.mark.parametrize("name", DOWNLOADED)
@pytest.mark.parametrize("given_by", ["path", "environment"])
def test_each_file_becomes_its_array(name, given_by, small, tmp_path, monkeypatch):
    small(name)
    write(tmp_path / "mine" / name)
    if given_by == "environment":
        monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path / "mine"))
    dataset = load(name, tmp_path / "mine" / name if given_by == "path" else None)
    assert isinstance(dataset, Dataset)
    assert dataset.name == name
    np.testing.assert_array_equal(dataset.x_train, ARRAYS["train-images-idx3-ubyte"][..., None])
    np.testing.assert_array_equal(dataset.y_train, ARRAYS["train-labels-idx1-ubyte"])
    np.testing.assert_array_equal(dataset.x_test, ARRAYS["t10k-images-idx3-ubyte"][..., None])
    np.testing.assert_array_equal(dataset.y_test, ARRAYS["t10k-labels-idx1-ubyte"])


@pytest.mark.parametrize("name", DOWNLOADED)
def test_files_that_cannot_be_had(name, small):
    small(name)
    with pytest.raises(DatasetUnavailable, match=f"of the dataset {name}") as caught:
        load(name)
    for file in ARRAYS:
        assert f"{name}/{file}.gz" in str(caught.value)


@pytest.mark.parametrize("name", DOWNLOADED)
def test_addresses_of_mirrors_are_folders(name):
    mirrors = importlib.import_module(DATASETS[name]).SOURCE.mirrors
    assert len(mirrors) == 2
    assert all(mirror.startswith("http") and mirror.endswith("/") for mirror in mirrors)


@pytest.mark.parametrize("name", ["minst", "", "../digits", "tfvae.data.digits"])
def test_unknown_name(name):
    with pytest.raises(ValueError, match=", ".join(DATASETS)) as caught:
        load(name)
    assert repr(name) in str(caught.value)


def test_path_that_is_no_folder(tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere"):
        load("mnist", tmp_path / "nowhere")


def test_digits_needs_no_file(tmp_path):
    np.testing.assert_array_equal(load("digits", str(tmp_path)).x_test, load("digits").x_test)


def test_imports_are_lazy():
    """Naming the datasets imports none of them, loading one imports no other, and TensorFlow stays out of it."""
    program = """
import sys, tfvae.data
def imported(*names): return [name for name in names if name in sys.modules]
assert {"digits", "mnist"} < set(tfvae.data.DATASETS)
assert imported(*tfvae.data.DATASETS.values(), "sklearn", "pooch", "numpy") == []
try: tfvae.data.load("unknown")
except ValueError: pass
assert imported(*tfvae.data.DATASETS.values(), "sklearn") == []
tfvae.data.load("digits")
assert imported(*tfvae.data.DATASETS.values(), "tensorflow", "keras") == ["tfvae.data.digits"]
"""
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
