"""`python -m tfvae embed`: latents of images, in the order of their files."""

import csv

import numpy as np
import pytest

import tfvae
from tests.command.conftest import CLASSES, COLOUR, COUNT, IMAGES, LABELS
from tfvae.sampling import Generator


def arrays(path):
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)


def by_hand(weights, images):
    """Return the means of a dense encoder of three layers, from its weights alone."""
    values = images.reshape(len(images), -1) / 255.0
    for kernel, bias in zip(weights[0:4:2], weights[1:4:2], strict=True):
        values = np.maximum(values @ kernel.astype(float) + bias, 0)
    return (values @ weights[4].astype(float) + weights[5])[:, :3]


@pytest.mark.parametrize("name", ["mlp", "colour"])
def test_means_are_what_the_weights_say(models, run, name):
    images = COLOUR if name == "colour" else IMAGES
    np.save("x.npy", images)
    run("embed", models / name, "x.npy", "-o", "out.npz")
    found = arrays("out.npz")
    with np.load(models / name / "weights.npz", allow_pickle=False) as stored:
        expected = by_hand(list(stored.values()), images)
    np.testing.assert_allclose(found["latents"], expected, rtol=1e-4, atol=1e-6)
    assert found["names"].tolist() == [str(row) for row in range(COUNT)]
    assert np.ptp(expected, axis=0).min() > 1e-4


def test_rows_stand_in_the_order_of_the_files(models, run, pictures):
    np.save("x.npy", IMAGES)
    run("embed", models / "cnn", "x.npy", "-o", "array.npz")
    told = run("embed", models / "cnn", pictures, "-o", "out.npz")
    assert told == "out.npz: latents of 12 images, 3 numbers each\n"
    found = arrays("out.npz")
    assert found["names"].tolist() == [f"{row:02d} ä'.png" for row in range(COUNT)]
    assert found["latents"].tobytes() == arrays("array.npz")["latents"].tobytes()
    few = [pictures / name for name in found["names"][[5, 2]]]
    run("embed", models / "cnn", *few, "-o", "few.npz")
    assert arrays("few.npz")["names"].tolist() == [path.as_posix() for path in few]
    np.testing.assert_allclose(arrays("few.npz")["latents"], found["latents"][[5, 2]], rtol=1e-5)


def test_a_table_holds_the_same_numbers(models, run, pictures):
    run("embed", models / "mlp", pictures, "-o", "out.npz")
    run("embed", models / "mlp", pictures, "-o", "out.csv")
    with open("out.csv", newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["image", "z0", "z1", "z2"]
    assert [row[0] for row in rows] == arrays("out.npz")["names"].tolist()
    assert np.array_equal(np.asarray([row[1:] for row in rows], np.float32), arrays("out.npz")["latents"])


@pytest.mark.parametrize(("name", "options"), [("mlp", []), ("sticks", ["--posterior-samples", 4]), ("quantised", [])])
@pytest.mark.parametrize("ending", ["npz", "csv"])
def test_twice_the_same_bytes(inside, models, run, pictures, name, options, ending):
    for output in ("one", "two"):
        run("embed", models / name, pictures, "-o", f"{output}.{ending}", *options)
    assert (inside / f"one.{ending}").read_bytes() == (inside / f"two.{ending}").read_bytes()


def test_draws_are_those_of_the_library(models, run):
    np.savez("x.npz", images=IMAGES / np.float32(255))
    run("embed", models / "sticks", "x.npz", "-o", "out.npz", "--posterior-samples", "4")
    expected = Generator(tfvae.load_model(models / "sticks"), 4).posterior_latents(IMAGES / np.float32(255))
    assert arrays("out.npz")["latents"].tobytes() == expected.tobytes()
    run("embed", models / "sticks", "x.npz", "-o", "other.npz", "--posterior-samples", "5")
    assert not np.allclose(arrays("other.npz")["latents"], expected)
    np.testing.assert_allclose(expected.sum(axis=1), 1, rtol=1e-5)


def test_labels_of_a_conditional_model_count(models, run):
    np.savez("x.npz", x_test=IMAGES, y_test=LABELS)
    np.save("y.npy", LABELS.astype(np.uint8))
    for output, labels in {"file": ["y.npy"], "same": ["x.npz"], "words": LABELS, "one": [2]}.items():
        run("embed", models / "conditional", "x.npz", "-o", f"{output}.npz", "--labels", *labels)
    found = {name: arrays(f"{name}.npz")["latents"] for name in ("file", "same", "words", "one")}
    assert found["file"].tobytes() == found["same"].tobytes() == found["words"].tobytes()
    assert [np.array_equal(a, b) for a, b in zip(found["one"], found["file"], strict=True)] == [
        label == 2 for label in LABELS % CLASSES
    ]


def test_codes_of_a_quantised_model(models, run):
    np.save("x.npy", IMAGES[..., 0])
    assert "codes of 12 images, 2x2" in run("embed", models / "quantised", "x.npy", "-o", "out.npz")
    run("embed", models / "quantised", "x.npy", "-o", "out.csv")
    codes = arrays("out.npz")["codes"]
    expected = np.asarray(tfvae.load_model(models / "quantised").encode(IMAGES / np.float32(255)))
    assert codes.dtype == np.int32 and np.array_equal(codes, expected)
    with open("out.csv", newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["image", "c0", "c1", "c2", "c3"]
    assert np.array_equal(np.asarray([row[1:] for row in rows], int).reshape(-1, 2, 2), codes)
    told = run("embed", models / "quantised", "x.npy", "-o", "no.npz", "--posterior-samples", 1, status=1)
    assert "--posterior-samples" in told
