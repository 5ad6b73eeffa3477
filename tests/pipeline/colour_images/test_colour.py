"""Beta-VAEs of colour images: the features that measure, measuring a model, and the stage's files."""

from pathlib import Path

import numpy as np
import pytest

from pipeline import colour, files
from pipeline.colour_images.models import configuration, plan, prepare_images
from pipeline.experiment import classifier_floors, classifier_training
from pipeline.experiment.feature_network import feature_job, has_classes
from pipeline.experiment.job import Outcome
from pipeline.experiment.training import TrainingData, train
from pipeline.experiment.unclassified import Standard, farthest_pair, measure
from pipeline.experiment.yardstick import Classifier, Yardstick

SETTINGS = {
    "colour.common.precision": "float32",
    "colour.common.seeds": [0, 1],
    "colour.common.latent_dim": 9,
    "colour.common.batch_size": 16,
    "colour.common.betas": [1, 4],
    "colour.flower_patches.preparation": {"size": 16, "crop": 1, "smoothing": 0, "saturation": 1, "contrast": 1},
    "colour.flower_patches.steps": 6,
    "colour.flower_patches.feature_steps": 25,
    "colour.common.feature_learning_rate": 0.01,
    "colour.flower_patches.images": 30,
    "colour.flower_patches.neighbour_images": 20,
}


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def arrays(data, settings):
    return prepare_images(data, settings)


def test_images_are_prepared_and_no_more_are_tested_than_generated(data, arrays):
    assert arrays["x_train"].shape == (80, 16, 16, 3) and arrays["x_test"].shape == (30, 16, 16, 3)
    assert len(arrays["y_test"]) == 30
    blocks = data["x_test"][:30].reshape(30, 16, 2, 16, 2, 3).mean(axis=(2, 4))
    assert np.abs(arrays["x_test"] - blocks).max() <= 0.5 + 1e-9


@pytest.fixture(scope="module")
def networks(arrays, settings, alone):
    """The data, the weights and the measurements of a feature network, with classes and without."""
    kinds = {"classifier": arrays, "random": {**arrays, "y_train": arrays["y_train"] * 0}}
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        for kind, given in kinds.items():
            job = feature_job(settings, given, Path("features"))
            trained = classifier_training.train(job.training, given, alone)
            found[kind] = given, trained["weights"][""], classifier_floors.measure(job.measuring, trained, given)
    return found


@pytest.mark.parametrize("kind", ["classifier", "random"])
def test_features_are_those_of_a_classifier_where_there_are_classes(one_process, settings, alone, networks, kind):
    given, weights, measured = networks[kind]
    assert has_classes(given["y_train"]) == (kind == "classifier")
    assert measured["reference"]["features"].shape == (30, 64)
    assert 0 <= measured["record"]["fid_floor"] < measured["record"]["fid_mean_image"]
    job = feature_job(settings, given, Path("features"))
    assert job.training.steps == {"classifier": 25, "random": 0}[kind]
    if kind == "classifier":
        assert measured["record"]["accuracy"] > 0.9
    else:  # as drawn: the same whatever the images are
        other = {**given, "x_train": 255 - given["x_train"]}
        same = classifier_training.train(job.training, other, alone)["weights"][""]
        assert all(np.array_equal(one, two) for one, two in zip(weights, same, strict=True))


@pytest.fixture(scope="module")
def trained(settings, arrays, alone):
    """The first job, and its trained model, which no features influence."""
    job = plan(settings, (16, 16, 3), Path("models"))[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        return job, train(job.training, TrainingData(arrays["x_train"]), alone)


@pytest.mark.parametrize(("kind", "left_out"), [("classifier", set()), ("random", {"tvd", "inception_score"})])
def test_a_model_is_measured_and_shown(one_process, trained, networks, kind, left_out):
    job, model = trained
    given, weights, measured = networks[kind]
    network = Classifier(classifier_training.classifier_configuration(given["x_train"], given["y_train"]), weights)
    reference = {name: measured["reference"][name] for name in ("features", "labels")}
    yardstick = Yardstick(given["x_train"], given["x_test"], network, **reference, fid_mean_image=1.0)
    result = measure(job.measuring, model, Standard(yardstick, kind == "classifier", 3, 20))
    assert job.training.steps == 6 and model["history"][""][-1]["step"] == 6
    wanted = {"fid", "kid", "mse", "kl", "loss", "precision", "coverage", "active_units", "tvd", "inception_score"}
    assert wanted & set(result["metrics"]) == wanted - left_out
    shapes = {name: array.shape[:-3] for name, array in result["pictures"].items()}
    assert shapes == {"samples": (36,), "originals": (10,), "reconstructions": (10,), "traversals": (8, 9),
                      "ends": (2,), "interpolation": (9,)}  # fmt: skip
    assert all(array.shape[-3:] == (16, 16, 3) for array in result["pictures"].values())


def test_the_most_different_pair():
    images = np.zeros((5, 2, 2, 3), np.uint8)
    images[3], images[1] = 200, 30
    assert set(farthest_pair(images)) == {0, 3}


@pytest.mark.parametrize("layers", ["lean", "document"])
@pytest.mark.parametrize("size", [32, 64])
def test_layers_fit_images(layers, size):
    from tfvae.models.registry import build_model

    model = build_model(configuration((size, size, 3), layers, 64, "float32"))
    assert model.decode(np.zeros((1, 64), np.float32)).shape == (1, size, size, 3)


def test_the_stage_writes_models_pictures_and_a_record(monkeypatch, tmp_path, parameters_with, data):
    def train_and_measure(functions, jobs, data, standard, *, label):
        if label == "colour features flower_patches":
            assert data["x_train"].shape == (80, 16, 16, 3) and [job.training.steps for job in jobs] == [0]
            assert jobs[0].folder == tmp_path / "models" / "features" and data is standard
            record = {"fid_floor": 0.5, "fid_mean_image": 7.0, "accuracy": 0.1}
            reference = {"features": np.zeros((30, 2)), "labels": np.zeros(30), "fid_mean_image": np.array(7.0)}
            weights = {"weights": {"": [np.full(2, 9)]}}
            return [Outcome(jobs[0], "0a", weights, {"reference": reference, "record": record})]
        assert functions.train == "pipeline.experiment.training:train" and label == "colour flower_patches"
        assert functions.measure == "pipeline.experiment.unclassified:measure"
        assert [job.training.steps for job in jobs] == [6] * 4
        assert not standard.has_classes and standard.yardstick.fid_mean_image == 7.0
        return [made_up(job) for job in jobs]

    def made_up(job):
        seed = job.training.seed
        model = {"weights": {"": [np.full(3, seed)]}, "history": {"": [{"step": 6, "loss": 1.0}]}}
        metrics = {"fid": job.training.schedule["beta"] + seed}
        pictures = {"samples": np.zeros(2)} if job.measuring.pictures else {}
        return Outcome(job, "0b", model, {"metrics": metrics, "pictures": pictures})

    monkeypatch.setattr(colour, "train_and_measure", train_and_measure)
    files.write_npz(tmp_path / "data.npz", {**data, "y_train": data["y_train"] * 0})
    places = {"data": tmp_path / "data.npz", "models": tmp_path / "models", "record": tmp_path / "record.json"}
    colour.main(parameters_with(SETTINGS), dataset="flower_patches", **places)
    record = files.read_json(tmp_path / "record.json")
    assert (record["features"], record["fid_floor"], record["parameters"]) == ("random", 0.5, 3)
    assert "accuracy" not in record
    assert record["models"]["4"]["beta"] == 4 and record["models"]["4"]["fid"]["values"] == [4, 5]
    assert files.read_weights(tmp_path / "models" / "beta-4" / "seed-1" / "weights.npz")[0].tolist() == [1, 1, 1]
    assert files.read_weights(tmp_path / "models" / "features" / "weights.npz")[0].tolist() == [9, 9]
    assert set(files.read_npz(tmp_path / "models" / "pictures.npz")) == {"1|samples", "4|samples"}
