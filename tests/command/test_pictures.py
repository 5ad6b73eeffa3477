"""`python -m tfvae reconstruct` and `sample`: pictures and arrays, in grey and in colour."""

import numpy as np
import pytest
from PIL import Image

import tfvae
from tests.command.conftest import COLOUR, COUNT, IMAGES, LABELS
from tfvae.sampling import Generator


def images_of(path):
    with np.load(path, allow_pickle=False) as stored:
        return stored["images"]


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def in_bytes(images):
    return np.rint(images * 255).astype(np.uint8)


def content(path):
    """Return the bytes of a file, or of the files of a folder, by name."""
    return {one.name: one.read_bytes() for one in path.iterdir()} if path.is_dir() else path.read_bytes()


def cell(sheet, row, column):
    """Return an image of a sheet of images of 8x8 pixels, with gaps of 2 pixels."""
    return sheet[row * 10 : row * 10 + 8, column * 10 : column * 10 + 8]


def test_reconstructions_of_means_are_the_models_own(models, run):
    np.save("x.npy", IMAGES)
    run("reconstruct", models / "cnn", "x.npy", "-o", "out.npz")
    expected = np.asarray(tfvae.load_model(models / "cnn")(IMAGES / np.float32(255)))
    np.testing.assert_allclose(images_of("out.npz"), expected, atol=1e-6)
    assert images_of("out.npz").dtype == np.float32


def test_reconstructions_of_draws_are_the_librarys(models, run):
    np.save("x.npy", IMAGES)
    run("reconstruct", models / "conditional", "x.npy", "-o", "a.npz", "--posterior-samples", 3, "--labels", *LABELS)
    generator = Generator(tfvae.load_model(models / "conditional"), 3)
    assert images_of("a.npz").tobytes() == generator.reconstruct(IMAGES, labels=LABELS).images.tobytes()


def test_codes_are_decoded(models, run):
    np.save("x.npy", IMAGES)
    run("reconstruct", models / "quantised", "x.npy", "-o", "out.npz")
    expected = np.asarray(tfvae.load_model(models / "quantised")(IMAGES / np.float32(255)))
    np.testing.assert_allclose(images_of("out.npz"), expected, atol=1e-6)


@pytest.mark.parametrize("name", ["mlp", "colour"])
def test_a_folder_has_a_picture_of_each_by_its_name(inside, models, run, name):
    (inside / "in").mkdir()
    originals = COLOUR if name == "colour" else IMAGES
    for row, picture in enumerate(originals):
        Image.fromarray(picture.squeeze()).save(inside / "in" / f"nr {row}.bmp")
    run("reconstruct", models / name, "in", "-o", "out.npz")
    run("reconstruct", models / name, "in", "-o", "out")
    with np.load("out.npz") as stored:
        names, images = stored["names"].tolist(), in_bytes(stored["images"])
    assert sorted(path.name for path in (inside / "out").iterdir()) == sorted(
        one.replace(".bmp", ".png") for one in names
    )
    for one, image in zip(names, images, strict=True):
        assert np.array_equal(pixels(inside / "out" / one.replace(".bmp", ".png")), image.squeeze())
    np.save("x.npy", originals)
    run("reconstruct", models / name, "x.npy", "-o", "rows")
    assert sorted(path.name for path in (inside / "rows").iterdir()) == [f"{row:03d}.png" for row in range(COUNT)]


@pytest.mark.parametrize("name", ["mlp", "colour"])
def test_a_sheet_has_reconstructions_below_originals(models, run, name):
    originals = np.concatenate([COLOUR, COLOUR]) if name == "colour" else np.concatenate([IMAGES, IMAGES])
    np.save("x.npy", originals)
    for output in ("out.npz", "out.png"):
        run("reconstruct", models / name, "x.npy", "-o", output)
    sheet, images = pixels("out.png"), in_bytes(images_of("out.npz"))
    assert sheet.shape[:2] == (4 * 10 - 2, 16 * 10 - 2)
    for row, (original, image) in enumerate(zip(originals, images, strict=True)):
        assert np.array_equal(cell(sheet, 2 * (row // 16), row % 16), original.squeeze())
        assert np.array_equal(cell(sheet, 2 * (row // 16) + 1, row % 16), image.squeeze())


def test_samples_are_those_of_the_library(models, run):
    told = run("sample", models / "sticks", "-o", "out.npz", "--count", 700, "--seed", 8)
    generator = Generator(tfvae.load_model(models / "sticks"), 8)
    latents = generator.prior_latents(700)
    with np.load("out.npz", allow_pickle=False) as stored:
        assert stored["latents"].tobytes() == latents.tobytes()
        assert stored["images"].tobytes() == generator.images(latents).tobytes()
    assert told == "out.npz: 700 samples with the seed 8\n"


@pytest.mark.parametrize(
    ("options", "change"),
    [
        (["--scale", "100"], lambda z: 100 * z),
        (["--shift", "2"], lambda z: z + 2),
        (["--shift", "-2", "--scale", "3"], lambda z: 3 * z - 2),
    ],
)
def test_latents_are_scaled_and_then_shifted(models, run, options, change):
    run("sample", models / "mlp", "-o", "plain.npz", "--count", 5)
    run("sample", models / "mlp", "-o", "other.npz", "--count", 5, *options)
    with np.load("plain.npz") as plain, np.load("other.npz") as other:
        np.testing.assert_allclose(other["latents"], change(plain["latents"]), rtol=1e-6)
        decode = tfvae.load_model(models / "mlp").decode
        np.testing.assert_allclose(other["images"], decode(other["latents"]), atol=1e-6)


def test_samples_of_a_class(models, run):
    run("sample", models / "conditional", "-o", "out.npz", "--count", 3, "--labels", "2", "0", "1")
    with np.load("out.npz") as stored:
        expected = tfvae.load_model(models / "conditional").decode(stored["latents"], np.array([2, 0, 1]))
        np.testing.assert_allclose(stored["images"], expected, atol=1e-6)
    assert "needs a label" in run("sample", models / "conditional", status=1)


@pytest.mark.parametrize("name", ["mlp", "colour"])
def test_a_sheet_and_a_folder_show_the_same_samples(inside, models, run, name):
    for output in ("out.npz", "out", "out.png"):
        run("sample", models / name, "--count", 7, "-o", output)
    images = in_bytes(images_of("out.npz"))
    for row, image in enumerate(images):
        assert np.array_equal(pixels(inside / "out" / f"{row:03d}.png"), image.squeeze())
        assert np.array_equal(cell(pixels("out.png"), row // 3, row % 3), image.squeeze())
    assert (cell(pixels("out.png"), 2, 1) == 255).all()


@pytest.mark.parametrize("output", ["a.png", "a.npz", "a"])
@pytest.mark.parametrize(
    "line", [("reconstruct", "mlp", "x.npy", "--posterior-samples", "1"), ("sample", "cnn", "--scale", "100")]
)
def test_twice_the_same_bytes(inside, models, run, line, output):
    np.save("x.npy", IMAGES)
    command, name, *rest = line
    for other in (output, output.replace("a", "b")):
        run(command, models / name, *rest, "-o", other)
    assert content(inside / output) == content(inside / output.replace("a", "b"))


def test_a_new_user_needs_a_name_alone(inside, models, run):
    (inside / "pretrained").symlink_to(models)
    assert run("sample", "mlp") == "mlp-samples.png: 64 samples with the seed 0\n"
    assert pixels("mlp-samples.png").shape == (78, 78)


def test_outputs_that_cannot_be_written_are_told_before_any_work(inside, run, pictures):
    (inside / "full").mkdir()
    (inside / "full" / "a").touch()
    for output, said in {
        "out.jpg": "the ending says what is written: .png, .npz, none, for a folder. Received: .jpg",
        "nowhere/out.png": "make the folder nowhere first",
        "full": "a new or an empty folder is needed",
    }.items():
        for line in (("sample", "nowhere"), ("reconstruct", "nowhere", pictures)):
            assert said in run(*line, "-o", output, status=1)
    (inside / "empty.npz").mkdir()
    assert "this is a folder; name a file" in run("sample", "nowhere", "-o", "empty.npz", status=1)


def test_what_makes_no_sense_is_told(models, run, pictures):
    assert "a prior of codes that is learned" in run("sample", models / "quantised", status=1)
    for options, said in (
        (["--count", "0"], "--count must be from 1"),
        (["--count", "2501"], "at most 2,500 on a sheet"),
        (["--scale", "nan"], "factor must be a number"),
        (["--shift", "inf"], "offset must be finite"),
    ):
        assert said in run("sample", models / "mlp", *options, status=1)
    np.save("x.npy", np.repeat(IMAGES, 300, axis=0))
    assert "at most 2,500 images" in run("reconstruct", models / "mlp", "x.npy", "-o", "a.png", status=1)
    (pictures / "00 ä'.bmp").write_bytes((pictures / "00 ä'.png").read_bytes())
    assert "both be written as 00 ä'.png" in run("reconstruct", models / "mlp", pictures, "-o", "a", status=1)


def test_a_folder_is_whole_or_absent(inside, models, run, monkeypatch):
    done = []

    def full(pixels):
        done.append(pixels)
        if len(done) > 2:
            raise OSError("no space left on device")
        return b"a picture"

    monkeypatch.setattr("tfvae.command.outputs._png", full)
    assert "no space left" in run("sample", models / "mlp", "-o", "out", status=1)
    assert list(inside.iterdir()) == []
