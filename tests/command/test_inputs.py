"""What commands read: each wrong model, image and label is one message, and nothing is written."""

import re

import numpy as np
import pytest
from PIL import Image

from tests.command.conftest import COLOUR, IMAGES

GREY = Image.fromarray(IMAGES[0, ..., 0])


@pytest.fixture
def refuse(inside, models, run):
    """Run `embed` on what it must refuse; return its message."""

    def refuse_line(*images, model="mlp"):
        told = run("embed", model if model == "nowhere" else models / model, *images, "-o", "out.csv", status=1)
        assert not (inside / "out.csv").exists()
        return told

    return refuse_line


def test_models_of_the_folder_pretrained_have_a_name(inside, models, run, refuse):
    np.save("x.npy", IMAGES)
    assert "there is no folder ./pretrained of models" in refuse("x.npy", model="nowhere")
    (inside / "pretrained").symlink_to(models)
    names = "cnn, colour, conditional, mlp, quantised, sticks"
    assert f"nowhere: no folder of a model is there, and the names in ./pretrained are {names}" in refuse(
        "x.npy", model="nowhere"
    )
    run("embed", "mlp", "x.npy", "-o", "named.npz")
    run("embed", models / "mlp", "x.npy", "-o", "path.npz")
    assert (inside / "named.npz").read_bytes() == (inside / "path.npz").read_bytes()


def test_damage_of_a_model_is_told(inside, run):
    (inside / "broken").mkdir()
    (inside / "broken" / "config.json").write_text("{")
    np.save("x.npy", IMAGES)
    assert "error: broken/config.json: " in run("embed", "broken", "x.npy", "-o", "out.csv", status=1)


def animated(path):
    GREY.save(path, format="GIF", save_all=True, append_images=[GREY.rotate(90), GREY.rotate(180)])


PICTURES = {
    "larger": (lambda path: GREY.resize((9, 8)).save(path), "pictures 8 wide and 8 high.* Received: 9x8"),
    "in colour": (lambda path: GREY.convert("RGB").save(path), "wants grey pictures; convert it"),
    "a palette": (lambda path: GREY.convert("P").save(path), "wants grey pictures; convert it"),
    "transparent": (lambda path: Image.new("LA", (8, 8), (9, 100)).save(path), "transparent"),
    "16 bits": (lambda path: Image.fromarray(np.full((8, 8), 40_000, np.uint16)).save(path), "16 bits"),
    "cut off": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "a.png"),
    "empty": (lambda path: path.write_bytes(b""), "this is no picture, whatever its name says"),
    "a text": (lambda path: path.write_text("a,b\n1,2\n"), "this is no picture, whatever its name says"),
    "moving": (animated, "this picture moves"),
}


@pytest.mark.parametrize(("write", "said"), PICTURES.values(), ids=PICTURES)
def test_a_picture_that_the_model_cannot_take_is_named(refuse, pictures, write, said):
    write(pictures / "a.png")
    told = refuse(pictures)
    assert f"error: {pictures / 'a.png'}: " in told
    assert re.search(said, told), told


def test_a_grey_picture_is_none_for_a_model_of_colours(refuse, pictures):
    assert "wants colour pictures; convert it. Received: a grey one" in refuse(pictures, model="colour")


def test_the_orientation_of_a_picture_counts(models, run):
    turned = Image.fromarray(COLOUR[0]).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 270 degrees
    turned.save("turned.png", exif=exif)
    Image.fromarray(COLOUR[0]).save("plain.png")
    for name in ("turned", "plain"):
        run("reconstruct", models / "colour", f"{name}.png", "-o", f"{name}.npz")
    with np.load("turned.npz") as one, np.load("plain.npz") as other:
        assert np.array_equal(one["images"], other["images"])


def test_the_size_of_a_picture_is_that_which_is_seen(refuse):
    exif = Image.Exif()
    exif[0x0112] = 6
    GREY.resize((9, 8)).save("turned.png", exif=exif)
    assert "8 wide and 8 high" in (told := refuse("turned.png")) and "Received: 8x9" in told


def test_a_folder_holds_pictures_alone(inside, refuse, pictures, run, models):
    for name in (".hidden", "Thumbs.db"):
        (pictures / name).write_text("of the system")
    run("embed", models / "mlp", pictures, "-o", "fine.csv")
    (pictures / "notes.txt").write_text("a note")
    assert "notes.txt: this is no picture; move it" in refuse(pictures)
    (pictures / "notes.txt").unlink()
    (pictures / "b").mkdir()
    assert f"{pictures}/b: a folder of pictures holds no folder" in refuse(pictures)
    assert f"{pictures}/b: this folder is empty" in refuse(pictures / "b")
    assert "nowhere.png: No such file" in refuse("nowhere.png")


ARRAYS = {
    "floats to 255": ({"images": IMAGES.astype(float)}, "must lie from 0 to 1"),
    "whole numbers": ({"images": IMAGES.astype(int)}, "must be uint8"),
    "another size": ({"images": IMAGES[:, :7]}, r"must have the shape \(N, 8, 8, 1\)"),
    "colours": ({"images": COLOUR}, r"must have the shape \(N, 8, 8, 1\)"),
    "none": ({"images": IMAGES[:0]}, "N at least 1"),
    "objects": ({"images": IMAGES.astype(object)}, "allow_pickle"),
    "two arrays": ({"a": IMAGES, "b": IMAGES}, "images or x_test, or a single array, is needed. Received: a, b"),
}


@pytest.mark.parametrize(("arrays", "said"), ARRAYS.values(), ids=ARRAYS)
def test_an_array_of_no_images_is_named(refuse, arrays, said):
    np.savez("x.npz", **arrays)
    told = refuse("x.npz")
    assert told.startswith("error: x.npz: ")
    assert re.search(said, told), told


def test_an_array_is_chosen_by_its_name(inside, models, run, refuse):
    np.savez("x.npz", x_train=IMAGES[:3], other=IMAGES[3:])
    for name in ("x_train", "other"):
        run("embed", models / "mlp", "x.npz", "--array", name, "-o", f"{name}.csv")
    assert [len((inside / f"{name}.csv").read_text().splitlines()) for name in ("x_train", "other")] == [4, 10]
    np.save("x.npy", IMAGES)
    assert "x.npz: y is needed. Received: x_train, other" in refuse("x.npz", "--array", "y")
    assert "x.npy: a .npy file holds one array" in refuse("x.npy", "--array", "y")
    assert "a file of arrays stands alone" in refuse("x.npy", "x.npz")
    (inside / "x.npz").write_bytes((inside / "x.npz").read_bytes()[:50])
    assert "error: x.npz: " in refuse("x.npz")


@pytest.mark.parametrize(
    ("model", "labels", "said"),
    [
        ("conditional", [], "needs a label for each image"),
        ("conditional", ["--labels", "0", "1"], "12 integers"),
        ("conditional", ["--labels", "4"], "from 0 to 3"),
        ("conditional", ["--labels", "one"], "are whole numbers, or one .npy or .npz file"),
        ("conditional", ["--labels", "nowhere.npy"], "nowhere.npy: No such file"),
        ("mlp", ["--labels", "1"], "is not conditional"),
    ],
)
def test_labels_that_the_model_cannot_take_are_named(refuse, model, labels, said):
    np.save("x.npy", IMAGES)
    assert said in refuse("x.npy", *labels, model=model)
