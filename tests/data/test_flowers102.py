"""Flowers 102: a small archive of the same structure, wherever it lies; archives that must be refused."""

import hashlib
import io
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from tfvae.data import DatasetUnavailable, fetching, flowers102, load

COUNT, LABELS = 6, [3, 1, 102, 7, 1, 2]
PARTS = {"trnid": [2, 5], "valid": [3], "tstid": [1, 4, 6]}


def photograph(number, size=(130, 100)):
    """Return a JPEG: one colour in the middle, the number's, and black to either side beyond the central square."""
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    margin = abs(size[0] - size[1]) // 2
    middle = picture[:, margin : size[0] - margin] if size[0] > size[1] else picture[margin : size[1] - margin]
    middle[:] = (30 * number, 255 - 30 * number, 128)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def member(name, content=b"", **attributes):
    """Return an entry of an archive: its header and its content."""
    header = tarfile.TarInfo(name)
    header.size = len(content)
    for key, value in attributes.items():
        setattr(header, key, value)
    return header, content


FOLDER = member("jpg/", type=tarfile.DIRTYPE)
PHOTOGRAPHS = [
    member(f"jpg/image_{number:05d}.jpg", photograph(number, (130, 100) if number % 2 else (100, 130)))
    for number in range(1, COUNT + 1)
]


def archive(members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for header, content in members:
            tar.addfile(header, io.BytesIO(content) if content else None)
    return file.getvalue()


def matrix(**vectors):
    file = io.BytesIO()
    savemat(file, {name: np.array([values], np.uint16) for name, values in vectors.items()})
    return file.getvalue()


def files(**changes):
    # The order of an archive's members is no matter.
    contents = {
        "102flowers.tgz": archive([FOLDER, *reversed(PHOTOGRAPHS)]),
        "imagelabels.mat": matrix(labels=LABELS),
        "setid.mat": matrix(**PARTS),
    }
    return contents | changes


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Return a function that puts files where the user keeps them, whose checksums are then the right ones."""
    source = flowers102.SOURCE

    def put(contents):
        checksums = {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}
        monkeypatch.setattr(flowers102, "SOURCE", replace(source, mirrors=(), checksums=checksums))
        folder = tmp_path / "flowers102"
        folder.mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        return folder

    return put


@pytest.mark.parametrize("given_by", ["path", "environment"])
def test_parts_labels_and_central_squares(place, given_by, monkeypatch):
    folder = place(files())
    if given_by == "environment":
        monkeypatch.setenv("TFVAE_DATA_DIR", str(folder.parent))
    dataset = load("flowers102", folder if given_by == "path" else None)
    assert dataset.image_shape == (96, 96, 3)
    for images, labels, numbers in (
        (dataset.x_train, dataset.y_train, PARTS["trnid"]),
        (dataset.x_test, dataset.y_test, PARTS["tstid"]),
    ):
        np.testing.assert_array_equal(labels, [LABELS[number - 1] - 1 for number in numbers])
        for image, number in zip(images, numbers, strict=True):
            inner = image[8:-8, 8:-8].astype(int)  # JPEG blurs the edge between the colour and what is cut away
            assert np.abs(inner - (30 * number, 255 - 30 * number, 128)).max() <= 6


def test_a_download_is_kept(place, monkeypatch, cache):
    contents = files()
    folder = place(contents)
    for file in folder.iterdir():
        file.unlink()
    monkeypatch.setattr(flowers102, "SOURCE", replace(flowers102.SOURCE, mirrors=("http://127.0.0.1:9/",)))
    asked = []

    def download(url):
        asked.append(url)
        return contents[url.rpartition("/")[2]]

    monkeypatch.setattr(fetching, "_download", download)
    first = load("flowers102")
    np.testing.assert_array_equal(load("flowers102").x_test, first.x_test)
    assert len(asked) == 3
    assert {file.name for file in cache("flowers102").iterdir()} == set(contents)


LINKS = {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}
MALICIOUS = {
    "parent": member("../image_00001.jpg", photograph(1)),
    "inner parent": member("jpg/../../image_00001.jpg", photograph(1)),
    "absolute": member("/tmp/image_00001.jpg", photograph(1)),
    "symbolic link": member("jpg/image_00007.jpg", **LINKS),
    "hard link": member("jpg/image_00007.jpg", type=tarfile.LNKTYPE, linkname="jpg/image_00001.jpg"),
    "link as a folder": member("jpg", **LINKS),
    "other folder": member("jpg/../..", type=tarfile.DIRTYPE),
    "device": member("jpg/image_00007.jpg", type=tarfile.CHRTYPE),
    "fifo": member("jpg/image_00007.jpg", type=tarfile.FIFOTYPE),
    "other file": member("jpg/setup.py", b"print()"),
    "twice": PHOTOGRAPHS[0],
    "huge": member("jpg/image_00007.jpg", bytes(2**24 + 1)),
    "too small": member("jpg/image_00007.jpg", photograph(7, (95, 120))),
    "no image": member("jpg/image_00007.jpg", b"GIF89a" + bytes(30)),
    "gap": member("jpg/image_00008.jpg", photograph(8)),
}


@pytest.mark.parametrize("name", MALICIOUS)
def test_an_archive_with_anything_else_is_refused_and_leaves_no_file(place, name, tmp_path):
    folder = place(files(**{"102flowers.tgz": archive([FOLDER, *PHOTOGRAPHS, MALICIOUS[name]])}))
    before = sorted(tmp_path.rglob("*"))
    with (
        pytest.warns(UserWarning, match="102flowers.tgz: (refused|damaged|the archive must)"),
        pytest.raises(DatasetUnavailable, match=r"102flowers\.tgz: (refused|damaged|the archive must)"),
    ):
        load("flowers102", folder)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"102flowers.tgz": b"<html>"}, "damaged archive"),
        ({"102flowers.tgz": archive(PHOTOGRAPHS)[:-2000]}, "damaged archive"),
        ({"102flowers.tgz": archive([])}, "must hold the images"),
        ({"imagelabels.mat": b"MATLAB"}, "no MATLAB file with 'labels'"),
        ({"imagelabels.mat": matrix(other=LABELS)}, "no MATLAB file with 'labels'"),
        ({"setid.mat": matrix(trnid=[0], tstid=[1])}, "'trnid' must hold numbers from 1"),
    ],
    ids=["page", "truncated", "empty", "no matrix", "other name", "zero"],
)
def test_broken_files_are_refused(place, changes, reason):
    folder = place(files(**changes))
    with pytest.warns(UserWarning, match=reason), pytest.raises(DatasetUnavailable, match=reason):
        load("flowers102", folder)


MISMATCHES = [{"imagelabels.mat": matrix(labels=LABELS[:-1])}, {"setid.mat": matrix(**PARTS | {"tstid": [7]})}]


@pytest.mark.parametrize("changes", MISMATCHES, ids=["labels", "parts"])
def test_files_that_do_not_belong_together_are_refused(place, changes):
    with pytest.raises(DatasetUnavailable, match="do not belong together"):
        load("flowers102", place(files(**changes)))


def test_wrong_checksums_are_refused(place):
    folder = place(files())
    (folder / "setid.mat").write_bytes(matrix(trnid=[1], tstid=[2]))
    with pytest.warns(UserWarning, match="wrong content"), pytest.raises(DatasetUnavailable, match="wrong content"):
        load("flowers102", folder)


def test_the_official_files():
    assert flowers102.SOURCE.mirrors[0].startswith("https://www.robots.ox.ac.uk/~vgg/data/flowers/102/")
    assert set(flowers102.SOURCE.checksums) == set(files())
