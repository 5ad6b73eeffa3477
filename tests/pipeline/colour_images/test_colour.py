"""beta-VAEs of colour images: the features that measure, what a job returns, and what the stage writes."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import colour, files
from pipeline.colour import plan, prepared
from pipeline.colour_images import jobs as colour_jobs
from pipeline.colour_images.jobs import farthest_pair
from pipeline.colour_images.models import configuration
from pipeline.experiment.yardstick import Yardstick
from tests.pipeline.vq_vae.test_vector_quantised import Progress

SETTINGS = {
    "colour.common.precision": "float32",
    "colour.common.latent_dim": 9,
    "colour.common.batch_size": 16,
    "colour.common.betas": [1, 4],
    "colour.flower_patches.preparation": {"size": 16, "crop": 1, "smoothing": 0, "saturation": 1, "contrast": 1},
    "colour.flower_patches.steps": 6,
    "colour.flower_patches.images": 30,
    "colour.flower_patches.neighbour_images": 20,
}


@pytest.fixture
def settings(parameters_with):
    return parameters_with(SETTINGS).colour.of("flower_patches")


@pytest.fixture(scope="module")
def data():
    """Images in two colours, a class for each, (N, 32, 32, 3)."""
    rng = np.random.default_rng(0)
    labels = (np.arange(120) % 2).astype(np.uint8)
    pictures = rng.integers(0, 80, (120, 32, 32, 3), dtype=np.uint8)
    pictures[labels == 1, :, :, 2] += 120
    return {"x_train": pictures[:80], "y_train": labels[:80], "x_test": pictures[80:], "y_test": labels[80:]}


def test_images_are_prepared_and_no_more_are_tested_than_generated(data, settings):
    made = prepared(data, settings)
    assert made["x_train"].shape == (80, 16, 16, 3) and made["x_test"].shape == (30, 16, 16, 3)
    assert len(made["y_test"]) == 30
    blocks = data["x_test"][:30].reshape(30, 16, 2, 16, 2, 3).mean(axis=(2, 4))
    assert np.abs(made["x_test"] - blocks).max() <= 0.5 + 1e-9


JOB = {"seed": 0, "steps": 25, "batch_size": 16, "learning_rate": 0.01}


@pytest.mark.parametrize("kind", ["classifier", "random"])
def test_features_are_those_of_a_classifier_where_there_are_classes(one_process, data, settings, kind):
    given = prepared(data, settings)
    if kind == "random":
        given = {**given, "y_train": given["y_train"] * 0, "y_test": given["y_test"] * 0}
    found = colour_jobs.features(JOB, given, Progress())
    assert found["kind"] == kind
    assert found["features"].shape == (30, 64)
    assert 0 <= found["floors"]["fid_floor"] < found["floors"]["fid_mean_image"]
    if kind == "classifier":
        assert found["floors"]["accuracy"] > 0.9
    else:  # as drawn: the same whatever the images are
        other = {**given, "x_train": 255 - given["x_train"]}
        same = colour_jobs.features(JOB, other, Progress())["weights"]
        assert all(np.array_equal(one, two) for one, two in zip(found["weights"], same, strict=True))
        assert "accuracy" not in found["floors"]


@pytest.mark.parametrize(("kind", "left_out"), [("classifier", set()), ("random", {"tvd", "inception_score"})])
def test_a_job_trains_measures_and_shows(one_process, data, settings, kind, left_out):
    given = prepared(data, settings)
    found = colour_jobs.features({**JOB, "steps": 1}, given, Progress())
    yardstick = Yardstick(
        given["x_train"], given["x_test"], found["configuration"], found["weights"], found["features"],
        found["labels"], fid_mean_image=1.0,
    )  # fmt: skip
    shared = {"yardstick": yardstick, "kind": kind, "images": 30, "neighbours": 3, "neighbour_images": 20}
    [job, *_] = plan(settings, (16, 16, 3))
    progress = Progress()
    result = colour_jobs.run(job, shared, progress)
    assert sum(progress.reported) == 6 and result["history"][-1]["step"] == 6
    wanted = {"fid", "kid", "mse", "kl", "loss", "precision", "coverage", "active_units", "tvd", "inception_score"}
    assert wanted & set(result["metrics"]) == wanted - left_out
    shapes = {name: array.shape[:-3] for name, array in result["pictures"].items()}
    assert shapes == {"samples": (36,), "originals": (10,), "reconstructions": (10,), "traversals": (8, 9),
                      "ends": (2,), "interpolation": (9,)}  # fmt: skip
    assert all(array.shape[-3:] == (16, 16, 3) for array in result["pictures"].values())
    again = Progress(progress.kept[2])
    assert colour_jobs.run(job, shared, again)["metrics"] == result["metrics"]
    assert sum(again.reported) == 6


def test_the_most_different_pair():
    images = np.zeros((5, 2, 2, 3), np.uint8)
    images[3], images[1] = 200, 30
    assert set(farthest_pair(images)) == {0, 3}


@pytest.mark.parametrize("layers", ["lean", "document"])
@pytest.mark.parametrize("size", [32, 64])
def test_layers_fit_images(layers, size):
    from tfvae.models.vae import build_vae

    model = build_vae(configuration((size, size, 3), layers, 64, "float32"))
    assert model.decode(np.zeros((1, 64), np.float32)).shape == (1, size, size, 3)


def test_the_stage_writes_models_pictures_and_a_record(monkeypatch, tmp_path, parameters_with, data):
    def run_resumable(function, jobs, shared, *, amounts, label, unit):
        if function == "pipeline.colour_images.jobs:features":
            assert shared["x_train"].shape == (80, 16, 16, 3) and len(jobs) == 1
            floors = {"fid_floor": 0.5, "fid_mean_image": 7.0}
            empty = {"configuration": {}, "weights": [], "features": np.zeros((30, 2)), "labels": np.zeros(30)}
            return [{**empty, "kind": "random", "floors": floors}]
        assert function == "pipeline.colour_images.jobs:run" and amounts == [6] * 4
        assert shared["kind"] == "random" and shared["yardstick"].fid_mean_image == 7.0
        return [
            {"weights": [np.full(3, job["seed"])], "history": [{"step": 6, "loss": 1.0}],
             "metrics": {"fid": job["beta"] + job["seed"]},
             "pictures": {"samples": np.zeros(2)} if job["pictures"] else {}}
            for job in jobs
        ]  # fmt: skip

    monkeypatch.setattr(colour, "run_resumable", run_resumable)
    files.write_npz(tmp_path / "data.npz", data)
    arguments = SimpleNamespace(dataset="flower_patches", data=tmp_path / "data.npz", models=tmp_path / "models",
                                record=tmp_path / "record.json")  # fmt: skip
    colour.main(parameters_with(SETTINGS), arguments)
    found = files.read_json(tmp_path / "record.json")
    assert (found["features"], found["fid_floor"], found["parameters"]) == ("random", 0.5, 3)
    assert found["models"]["4"]["beta"] == 4 and found["models"]["4"]["fid"]["values"] == [4, 5]
    assert files.read_weights(tmp_path / "models" / "beta-4" / "seed-1" / "weights.npz")[0].tolist() == [1, 1, 1]
    assert set(files.read_npz(tmp_path / "models" / "pictures.npz")) == {"1|samples", "4|samples"}
