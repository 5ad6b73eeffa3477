"""A user's own images: every form that they may have gives the same dataset; the rules of splits, classes and sizes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tfvae.data import digits
from tfvae.data.pictures import load_pictures
from tfvae.errors import Refused

SHAPE = (28, 28, 1)
SPLITS = ("train", "test")


@pytest.fixture(scope="module")
def bundled():
    return digits.load()


def arrays_of(dataset):
    return {name: getattr(dataset, name) for name in ("x_train", "y_train", "x_test", "y_test")}


def same(one, other):
    return all(
        np.array_equal(arrays_of(one)[name], array) and arrays_of(one)[name].dtype == array.dtype
        for name, array in arrays_of(other).items()
    )


def write(folder, images, names, classes=None):
    for position, (image, name) in enumerate(zip(images, names, strict=True)):
        home = folder if classes is None else folder / str(classes[position])
        home.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.squeeze()).save(home / name)


def numbered(count):
    return [f"{position:05}.png" for position in range(count)]


@pytest.mark.parametrize("form", ["folders", "npz", "keras"])
def test_the_digits_in_every_form_are_the_built_in_dataset(tmp_path, bundled, form):
    if form == "folders":
        for split in SPLITS:
            images, labels = getattr(bundled, f"x_{split}"), getattr(bundled, f"y_{split}")
            write(tmp_path / split, images, numbered(len(images)), labels)
        path = tmp_path
    else:
        path = tmp_path / "digits.npz"
        flat = {name: array.squeeze() if form == "keras" else array for name, array in arrays_of(bundled).items()}
        np.savez(path, **flat)
    assert same(load_pictures(path, SHAPE, "crop"), bundled)


def test_pictures_without_folders_of_classes_have_the_same_pixels_and_no_classes(tmp_path, bundled):
    for split in SPLITS:
        images = getattr(bundled, f"x_{split}")
        write(tmp_path / split, images, numbered(len(images)))
    found = load_pictures(tmp_path, SHAPE, "pad")
    assert np.array_equal(found.x_train, bundled.x_train) and np.array_equal(found.x_test, bundled.x_test)
    assert not found.y_train.any() and not found.y_test.any()


@pytest.mark.parametrize("form", ["folders", "npz"])
def test_every_fifth_picture_of_each_class_tests(tmp_path, form):
    classes = np.array([0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1])
    images = (np.arange(12, dtype=np.uint8) * 10)[:, None, None, None] * np.ones((1, 9, 8, 1), np.uint8)
    if form == "folders":
        write(tmp_path, images, numbered(12), classes)
        path = tmp_path
    else:
        path = tmp_path / "mine.npz"
        np.savez(path, images=images, labels=classes)
    found = load_pictures(path, (9, 8, 1), "crop")
    # The fifth of class 0 stands in place 6, that of class 1 in place 10.
    assert found.x_test[:, 0, 0, 0].tolist() == [60, 100] and found.y_test.tolist() == [0, 1]
    assert found.x_train[:, 0, 0, 0].tolist() == [0, 10, 20, 30, 40, 50, 70, 80, 90, 110]
    assert found.y_train.tolist() == [0, 1, 0, 0, 1, 0, 0, 1, 1, 1]


def test_floats_are_pictures_too(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (10, 8, 8), np.uint8)
    np.save(tmp_path / "bytes.npy", images)
    np.save(tmp_path / "floats.npy", images / 255)
    one, other = (load_pictures(tmp_path / f"{kind}.npy", (8, 8, 1), "crop") for kind in ("bytes", "floats"))
    assert same(one, other) and len(one.x_test) == 2


@pytest.mark.parametrize("form", ["folder", "npy"])
def test_other_proportions_are_cropped_or_padded(tmp_path, form):
    wide = np.full((16, 32, 3), 200, np.uint8)
    wide[:, :8], wide[:, 24:] = (255, 0, 0), (0, 0, 255)  # what a crop to a square cuts off
    if form == "folder":
        write(tmp_path / "mine", [wide] * 5, numbered(5))
    else:
        np.save(tmp_path / "mine.npy", np.stack([wide] * 5))
    path = tmp_path / ("mine" if form == "folder" else "mine.npy")
    cropped = load_pictures(path, (16, 16, 3), "crop").x_test[0]
    assert (cropped[:, 2:-2] == 200).all()
    padded = load_pictures(path, (16, 16, 3), "pad").x_test[0]
    assert not padded[:4].any() and not padded[12:].any()
    assert padded[8, 0, 0] > 200 > padded[8, 0, 2] and padded[8, 15, 2] > 200 > padded[8, 15, 0]


def test_colours_become_grey_and_grey_becomes_colour(tmp_path):
    colour = np.zeros((8, 8, 3), np.uint8)
    colour[..., 1] = 100
    write(tmp_path / "colour", [colour] * 5, numbered(5))
    write(tmp_path / "grey", [np.full((8, 8), 7, np.uint8)] * 5, numbered(5))
    assert (load_pictures(tmp_path / "colour", (8, 8, 1), "crop").x_train == round(0.587 * 100)).all()
    assert (load_pictures(tmp_path / "grey", (8, 8, 3), "crop").x_train == 7).all()


def test_the_orientation_of_a_camera_counts(tmp_path):
    image = np.zeros((8, 12, 3), np.uint8)
    image[:, :6] = 250  # bright on the left; turned by 90 degrees clockwise, bright above
    plain = Image.fromarray(image)
    for number in range(5):
        exif = plain.getexif()
        exif[0x0112] = 6
        plain.save(tmp_path / f"{number}.png", exif=exif)
    found = load_pictures(tmp_path, (12, 8, 3), "crop").x_test[0]
    assert (found[:6] == 250).all() and (found[6:] == 0).all()


def test_names_may_be_anything_and_what_systems_leave_is_ignored(tmp_path):
    names = ["with space.png", 'with "quotes".png', "it's.jpg", "größe-写真.png", "-dash.png"]
    write(tmp_path, [np.full((8, 8), 9, np.uint8)] * 5, names)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    found = load_pictures(tmp_path, (8, 8, 1), "crop")
    assert len(found.x_train) == 4 and len(found.x_test) == 1


def test_more_than_memory_should_hold_is_refused_before_a_picture_is_read(tmp_path, monkeypatch):
    write(tmp_path, [np.zeros((8, 8), np.uint8)] * 5, numbered(5))
    monkeypatch.setattr("tfvae.data.pictures.MOST_BYTES", 5 * 64 - 1)
    monkeypatch.setattr("tfvae.data.pictures.read_picture", None)
    with pytest.raises(Refused, match=r"5 images of this shape take .* choose a smaller shape, or fewer images"):
        load_pictures(tmp_path, (8, 8, 1), "crop")


def test_a_path_that_is_nothing_is_named(tmp_path):
    with pytest.raises(Refused, match=f"{tmp_path / 'none'}: no folder of pictures, and no .npz or .npy file"):
        load_pictures(Path(tmp_path / "none"), SHAPE, "crop")
