"""USPS: a small file in the format of the source, wherever it lies and however it is packed; the real data."""

import bz2
import dataclasses
import gzip
import hashlib
import os
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data import mirrors
from tfvae.data import DatasetUnavailable, fetching, load, usps

DATA_DIRECTORY = os.environ.get("TFVAE_DATA_DIR")  # read before the tests' own environment hides it

generator = np.random.default_rng(0)
THOUSANDTHS = {
    "usps": generator.integers(-1000, 1001, (12, 256)) * generator.integers(0, 2, (12, 256)),
    "usps.t": np.full((3, 256), -1000),
}
DIGITS = {"usps": np.array([*range(10), 3, 3]), "usps.t": np.array([9, 0, 9])}
PACKERS = {".bz2": bz2.compress, ".gz": gzip.compress, "": bytes}


def encode(thousandths, digits):
    """Write a file as the source does: three decimals, zeros left out."""
    lines = []
    for row, digit in zip(thousandths, digits, strict=True):
        pixels = " ".join(f"{place}:{value / 1000:g}" for place, value in enumerate(row, start=1) if value)
        lines.append(f"{digit + 1} {pixels} \n")
    return "".join(lines).encode()


def checksum_of(thousandths, digits):
    return hashlib.sha256(np.asarray(thousandths, "<i2").tobytes() + np.asarray(digits, np.uint8).tobytes()).hexdigest()


def content(name):
    return encode(THOUSANDTHS[name], DIGITS[name])


def write(folder, suffix):
    folder.mkdir(parents=True)
    for name in THOUSANDTHS:
        (folder / f"{name}{suffix}").write_bytes(PACKERS[suffix](content(name)))


@pytest.fixture
def small(monkeypatch):
    """Expect the small files, and have no address to fetch them from."""
    checksums = {name: checksum_of(THOUSANDTHS[name], DIGITS[name]) for name in DIGITS}
    monkeypatch.setattr(usps, "SOURCE", dataclasses.replace(usps.SOURCE, mirrors=(), checksums=checksums))


@pytest.fixture
def server(monkeypatch):
    """A server with the small files, and the address of the source."""
    with mirrors.serving({f"{name}.bz2": bz2.compress(content(name)) for name in DIGITS}) as server:
        use_mirrors(monkeypatch, server, "good")
        yield server


def use_mirrors(monkeypatch, server, *answers):
    if mirrors.SILENT & set(answers):
        monkeypatch.setattr(fetching, "TIMEOUT", 1.0)
    addresses = tuple(mirrors.address(server, answer) for answer in answers)
    monkeypatch.setattr(usps, "SOURCE", dataclasses.replace(usps.SOURCE, mirrors=addresses))


def check(dataset):
    """The dataset is the small one: each pixel is the integer nearest to (v + 1) 127.5."""
    assert dataset.name == "usps"
    assert dataset.image_shape == (16, 16, 1)
    for name, images, labels in (
        ("usps", dataset.x_train, dataset.y_train),
        ("usps.t", dataset.x_test, dataset.y_test),
    ):
        exact = (THOUSANDTHS[name] / 1000 + 1) * 127.5
        assert np.abs(images.reshape(len(images), 256) - exact).max() <= 0.5 + 1e-9
        np.testing.assert_array_equal(labels, DIGITS[name])


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("given_by", ["path", "environment"])
def test_files_of_the_user(given_by, suffix, small, tmp_path, monkeypatch):
    write(tmp_path / "usps", suffix)
    if given_by == "environment":
        monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path))
    check(load("usps", tmp_path / "usps" if given_by == "path" else None))


def test_download_is_kept(small, server, cache):
    check(load("usps"))
    assert server.requests == ["/good/usps.bz2", "/good/usps.t.bz2"]
    assert {file.name for file in cache("usps").iterdir()} == {"usps.gz", "usps.t.gz"}
    check(load("usps"))
    assert len(server.requests) == 2, "the second time the cache serves it"


def changed(name):
    thousandths = THOUSANDTHS[name].copy()
    thousandths[1, 7] += 1
    return encode(thousandths, DIGITS[name])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (lambda name: changed(name), "wrong content .12 images"),
        (lambda name: encode(THOUSANDTHS[name], DIGITS[name][::-1]), "wrong content"),
        (lambda name: bz2.compress(content(name))[:-9], "damaged or truncated"),
        (lambda name: gzip.compress(content(name))[:-9], "damaged or truncated"),
        (lambda name: content(name)[:-500], "wrong content|LIBSVM's format"),
        (lambda name: content(name).replace(b"\n", b" 257:0.5\n"), "n_features"),
        (lambda name: content(name) + b"1 5:nan\n", r"must lie in \[-1, 1\]"),
        (lambda name: content(name) + b"1 5:1.001\n", r"must lie in \[-1, 1\]"),
        (lambda name: content(name) + b"11 5:1\n", "integers from 1 to 10"),
        (lambda name: b"<!DOCTYPE html><html><body>Sign in</body></html>", "LIBSVM's format"),
        (lambda name: b"", "wrong content|LIBSVM's format"),
    ],
    ids=["pixel", "labels", "bz2", "gz", "short", "wide", "nan", "bright", "label", "page", "empty"],
)
def test_wrong_file_is_reported_and_passed_over(wrong, reason, small, server, tmp_path):
    write(tmp_path / "mine", "")
    (tmp_path / "mine" / "usps").write_bytes(wrong("usps"))
    with pytest.warns(UserWarning, match=f"ignoring .* usps: .*usps: .*({reason})"):
        check(load("usps", tmp_path / "mine"))
    assert server.requests == ["/good/usps.bz2"]


def test_message_names_the_places_and_the_way_out(small, tmp_path):
    with pytest.raises(DatasetUnavailable, match="has the file usps of the dataset usps") as caught:
        load("usps", tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[1:4] == [f"  - {tmp_path / 'usps'}{suffix}: no such file" for suffix in PACKERS]
    assert lines[-3:-1] == ["  - usps/usps.bz2", "  - usps/usps.t.bz2"]


@pytest.mark.parametrize("fault", mirrors.FAULTS)
def test_faults_of_a_mirror(fault, small, server, cache, monkeypatch):
    """The next mirror serves, and only what that one gave is stored."""
    use_mirrors(monkeypatch, server, fault, "good")
    fetching.fetch(usps.SOURCE, "usps", usps.parse)
    assert {file.name: gzip.decompress(file.read_bytes()) for file in cache("usps").iterdir()} == {
        "usps.gz": content("usps")
    }


def test_wrong_download_is_not_kept(server, cache):
    """The server's small files are not the real ones."""
    with pytest.raises(DatasetUnavailable, match=r"/good/usps\.bz2: wrong content \(12 images"):
        load("usps")
    assert not cache("usps").exists()


@pytest.mark.parametrize(
    ("thousandths", "expected"),
    # (-.8 + 1) 127.5 = 25.5, 76.5, 127.5, 178.5 and 229.5 are halves; -.999 + 1 gives .1275, .996 + 1 gives 254.49.
    [(-1000, 0), (-999, 0), (-800, 26), (-400, 76), (0, 128), (400, 178), (800, 230), (996, 254), (1000, 255)],
)
def test_rounding(thousandths, expected):
    rows, digits = np.full((1, 256), thousandths), np.array([4])
    images, _ = usps.parse(encode(rows, digits), checksum_of(rows, digits))
    np.testing.assert_array_equal(images, np.full((1, 16, 16, 1), expected))


def test_every_value_is_rounded_exactly():
    rows = np.resize(np.arange(-1000, 1001), (8, 256))
    images, _ = usps.parse(encode(rows, np.zeros(8, int)), checksum_of(rows, np.zeros(8)))
    assert images.dtype == np.uint8
    exact = [round((Fraction(int(value), 1000) + 1) * Fraction(255, 2)) for value in rows.ravel()]
    np.testing.assert_array_equal(images.ravel(), exact)


@settings(max_examples=50)
@given(st.binary(max_size=64) | st.text("0123456789.:- \n", max_size=64).map(str.encode))
def test_any_other_bytes_are_refused(content):
    with pytest.raises(ValueError):
        usps.parse(content, "")


@pytest.mark.skipif(not DATA_DIRECTORY, reason="TFVAE_DATA_DIR is not set: no USPS")
def test_real_data(monkeypatch):
    monkeypatch.setenv("TFVAE_DATA_DIR", DATA_DIRECTORY)
    dataset = load("usps")
    assert dataset.x_train.shape == (7291, 16, 16, 1)
    assert dataset.x_test.shape == (2007, 16, 16, 1)
    train, test = np.bincount(dataset.y_train), np.bincount(dataset.y_test)
    np.testing.assert_array_equal(train, [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644])
    np.testing.assert_array_equal(test, [359, 264, 198, 166, 200, 160, 170, 147, 166, 177])
    np.testing.assert_array_equal(dataset.y_train[:5], [6, 5, 4, 7, 3])
    # 1,106,272 training pixels are -1, 181,703 are 1; 2,841 and 2,832 lie a thousandth away and round to the same.
    assert np.count_nonzero(dataset.x_train == 0) >= 1_106_272 + 2_841
    assert np.count_nonzero(dataset.x_train == 255) >= 181_703 + 2_832
