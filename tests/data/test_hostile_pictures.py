"""Pictures and folders that are not what they should be: one message each, which names the file."""

import io
import os
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tfvae.data.pictures import load_pictures
from tfvae.errors import Refused

SHAPE = (8, 8, 3)
RNG = np.random.default_rng(0)


def picture(mode="RGB", size=(16, 16)):
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], len(mode))
    return Image.fromarray(RNG.integers(0, 256, shape, np.uint8), mode)


def content(image, form="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def deep_colours():
    """Return a PNG file of 16 bits per channel in colour, which Pillow can read but not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0))
    rows = b"".join(b"\0" + RNG.bytes(16 * 6) for _ in range(16))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def palette(transparent):
    return content(picture().quantize(16), **({"transparency": 0} if transparent else {}))


PLAIN = content(picture())
HOSTILE = {
    "grey-16-bit.png": (
        content(Image.fromarray(np.full((16, 16), 40_000, np.uint16))),
        "8 bits .* 16 bits per channel",
    ),
    "colour-16-bit.png": (deep_colours(), "8 bits .* 16 bits per channel"),
    "floats.tiff": (content(Image.fromarray(np.ones((16, 16), np.float32)), "TIFF"), "8 bits .* mode F"),
    "see-through.png": (palette(transparent=True), "transparent"),
    "alpha.png": (content(picture("RGBA")), "transparent"),
    "cmyk.jpg": (content(Image.new("CMYK", (16, 16)), "JPEG"), "8 bits .* mode CMYK"),
    "moving.gif": (
        content(picture("L"), "GIF", save_all=True, append_images=[picture("L"), picture("L")]),
        "moves, or has pages",
    ),
    "pages.tiff": (content(picture(), "TIFF", save_all=True, append_images=[picture()]), "moves, or has pages"),
    "short.png": (PLAIN[: len(PLAIN) // 2], "cannot be read|truncated"),
    "short.jpg": (content(picture(size=(64, 64)), "JPEG")[:900], "cannot be read: .*truncated"),
    "nothing.png": (b"", "this file is empty"),
    "tiny.png": (content(picture(size=(1, 1))), "8 to 10,000 rows and columns. Received: 1x1"),
    "wide.png": (content(Image.new("L", (20_000, 8))), "8 to 10,000 rows and columns. Received: 20000x8"),
    "text.png": (b"no picture at all", "this is no picture, whatever its name says"),
    "notes.txt": (b"no picture at all", "this is no picture; move it out"),
}


def fill(folder, count=9):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number}.png").write_bytes(PLAIN)


def refusal(path):
    with pytest.raises(Refused) as caught:
        load_pictures(path, SHAPE, "crop")
    message = str(caught.value)
    assert "\n" not in message and "Errno" not in message
    return message


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_named(tmp_path, name):
    data, reason = HOSTILE[name]
    fill(tmp_path)
    (tmp_path / name).write_bytes(data)
    message = refusal(tmp_path)
    assert message.startswith(f"{tmp_path / name}: ")
    assert re.search(reason, message), message


@pytest.mark.parametrize("data", [palette(transparent=False), content(picture("RGBA").convert("RGB").convert("RGBA"))])
def test_palettes_and_opaque_alpha_lose_nothing(tmp_path, data):
    fill(tmp_path, 4)
    (tmp_path / "9.png").write_bytes(data)
    found = load_pictures(tmp_path, (16, 16, 3), "crop").x_test[0]
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(found, np.asarray(image.convert("RGB")))


def test_an_unreadable_picture_is_named(tmp_path):
    fill(tmp_path)
    os.symlink(tmp_path / "gone.png", tmp_path / "link.png")
    assert refusal(tmp_path) == f"{tmp_path / 'link.png'}: No such file or directory"


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_followed(tmp_path):
    fill(tmp_path / "mine", 4)
    fill(tmp_path / "other", 1)
    os.symlink(tmp_path / "mine" / "0.png", tmp_path / "mine" / "9.png")
    assert len(load_pictures(tmp_path / "mine", SHAPE, "crop").x_test) == 1
    os.symlink(tmp_path / "other" / "0.png", tmp_path / "mine" / "8.png")
    assert f"{tmp_path / 'mine' / '8.png'}: this link leads out of {tmp_path / 'mine'}" in refusal(tmp_path / "mine")


def test_names_that_differ_in_case_alone(tmp_path):
    fill(tmp_path)
    (tmp_path / "A.png").write_bytes(PLAIN)
    (tmp_path / "a.png").write_bytes(PLAIN)
    assert "'A.png' and 'a.png' differ in case alone" in refusal(tmp_path)


def test_folders_of_another_form(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "this folder is empty" in refusal(tmp_path / "empty")
    fill(tmp_path / "one", 1)
    assert "no test image is left" in refusal(tmp_path / "one")
    fill(tmp_path / "mixed")
    fill(tmp_path / "mixed" / "class")
    assert "either pictures or folders are needed. Received: class and 0.png" in refusal(tmp_path / "mixed")
    fill(tmp_path / "deep" / "class" / "below")
    assert "holds pictures, and no folder" in refusal(tmp_path / "deep")
    fill(tmp_path / "hollow" / "class")
    (tmp_path / "hollow" / "other").mkdir()
    assert "this class's folder is empty" in refusal(tmp_path / "hollow")
    fill(tmp_path / "split" / "train" / "a")
    fill(tmp_path / "split" / "test" / "b")
    assert "must hold the same classes. Received: ['a'] and ['b']" in refusal(tmp_path / "split")


IMAGES = np.zeros((10, 8, 8, 3), np.uint8)


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"pictures": IMAGES}, "are needed. Received: pictures"),
        ({"images": IMAGES, "labels": np.zeros(9, np.uint8)}, "labels"),
        ({"images": IMAGES, "labels": np.full(10, -1)}, "labels"),
        ({"images": IMAGES, "labels": np.full(10, 256)}, "labels"),
        ({"images": IMAGES, "labels": np.zeros(10)}, "labels"),
        ({"images": IMAGES.astype(np.int64)}, "must be uint8 from 0 to 255, or floats from 0 to 1"),
        ({"images": IMAGES + 2.0}, "must lie from 0 to 1"),
        ({"images": IMAGES[0]}, "images must have the shape .* from 8 to 10,000. Received: \\(8, 8, 3\\)"),
        ({"images": np.zeros((10, 8, 8, 4), np.uint8)}, "images must have the shape .* Received: \\(10, 8, 8, 4\\)"),
        ({"images": np.zeros((0, 8, 8), np.uint8)}, "images must have the shape"),
        ({"x_train": IMAGES}, "are needed. Received: x_train"),
        ({"images": np.array([None] * 10, object)}, "cannot be read"),
    ],
)
def test_arrays_of_another_form(tmp_path, arrays, reason):
    np.savez(tmp_path / "mine.npz", **arrays)
    message = refusal(tmp_path / "mine.npz")
    assert message.startswith(f"{tmp_path / 'mine.npz'}: ") and re.search(reason, message), message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", content(picture())])
@pytest.mark.parametrize("ending", ["npz", "npy"])
def test_broken_arrays(tmp_path, ending, data):
    path = tmp_path / f"mine.{ending}"
    path.write_bytes(data)
    assert refusal(path).startswith(f"{path}: ")
