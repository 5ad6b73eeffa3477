"""`python -m tfvae score`: its numbers are those of the records, and of their definitions."""

import csv
import json
from types import SimpleNamespace

import numpy as np
import pytest

import tfvae
from pipeline.experiment.measuring import measure_on_test_images
from tests.command.conftest import COLOUR, COUNT, IMAGES, LABELS
from tests.tiny_models import configuration
from tfvae.sampling import Generator


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return {name: [row[column] for row in rows] for column, name in enumerate(head)}


@pytest.mark.parametrize("name", ["mlp", "cnn", "sticks", "colour"])
def test_means_are_those_of_a_record_to_the_last_bit(models, run, name):
    images = COLOUR if name == "colour" else IMAGES
    np.save("x.npy", images)
    found = json.loads(run("score", models / name, "x.npy", "--seed", "7", "--beta", "0.3"))
    meter = SimpleNamespace(yardstick=SimpleNamespace(x_test=images), distance=lambda images: 0.0)
    record = measure_on_test_images(Generator(tfvae.load_model(models / name), 7), meter, 0.3)
    assert {name: found["mean"][own] for name, own in (("mse", "squared_error"), ("kl", "kl"), ("loss", "loss"))} == {
        name: record[name] for name in ("mse", "kl", "loss")
    }
    assert (found["images"], found["seed"], found["beta"]) == (COUNT, 7, 0.3)


def test_numbers_follow_from_their_definitions(models, run, pictures):
    run("score", models / "mlp", pictures, "--beta", "2", "-o", "out.json")
    run("score", models / "mlp", pictures, "--beta", "2", "-o", "out.csv")
    with open("out.json", encoding="utf-8") as file:
        found = json.load(file)
    model = tfvae.load_model(models / "mlp")
    parameters = np.asarray(model.encoder(IMAGES / np.float32(255)), float)
    mean, log_variance = parameters[:, :3], parameters[:, 3:]
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    decoded = np.asarray(model.decode(Generator(model, 0).posterior_latents(IMAGES)), float)
    squared_error = ((decoded - IMAGES / 255) ** 2).sum(axis=(1, 2, 3))
    expected = {"squared_error": squared_error, "distortion": squared_error, "kl": kl, "loss": squared_error + 2 * kl}
    columns = table("out.csv")
    for name, values in expected.items():
        each = [row[name] for row in found["each"]]
        np.testing.assert_allclose(each, values, rtol=1e-4)
        np.testing.assert_allclose(np.asarray(columns[name], float), each, rtol=1e-8)
        assert found["mean"][name] == pytest.approx(values.mean(), rel=1e-4)
    assert columns["image"] == [row["image"] for row in found["each"]] == [f"{row:02d} ä'.png" for row in range(COUNT)]


def test_a_draw_is_keyed_by_its_seed(inside, models, run):
    np.save("x.npy", IMAGES)
    for output, seed in (("one", 1), ("again", 1), ("other", 2)):
        run("score", models / "mlp", "x.npy", "--seed", seed, "-o", f"{output}.json")
    one, again, other = ((inside / f"{name}.json").read_bytes() for name in ("one", "again", "other"))
    assert one == again != other
    assert "loss" not in json.loads(one)["mean"] and json.loads(one)["beta"] is None


def test_labels_of_a_conditional_model_count(models, run):
    np.savez("x.npz", x_test=IMAGES, y_test=LABELS)
    found = json.loads(run("score", models / "conditional", "x.npz", "--labels", "x.npz"))
    terms = Generator(tfvae.load_model(models / "conditional"), 0).reconstruct(IMAGES, labels=LABELS).mean_terms()
    assert found["mean"]["kl"] == terms["kl"] and found["mean"]["distortion"] == terms["distortion"]


def test_a_quantised_model_has_a_squared_error(models, run):
    np.save("x.npy", IMAGES)
    found = json.loads(run("score", models / "quantised", "x.npy"))
    decoded = np.asarray(tfvae.load_model(models / "quantised")(IMAGES / np.float32(255)), float)
    expected = ((decoded - IMAGES / 255) ** 2).sum(axis=(1, 2, 3)).mean()
    assert found["mean"] == {"squared_error": pytest.approx(expected, rel=1e-5)}
    assert "--beta: a vector-quantised model" in run("score", models / "quantised", "x.npy", "--beta", 1, status=1)


def test_numbers_that_are_none_are_told(inside, models, run):
    np.save("x.npy", IMAGES)
    assert "--beta must be a number in [0, inf)" in run("score", models / "mlp", "x.npy", "--beta", "-1", status=1)
    model = tfvae.load_model(models / "mlp")
    model.set_weights([weight * np.float32(1e30) for weight in model.get_weights()])
    tfvae.save_model("large", configuration(), model)
    assert "NaN or infinite values" in run("score", "large", "x.npy", "-o", "out.csv", status=1)
    assert not (inside / "out.csv").exists()
