"""The classifier that measures: the floors of its metrics, what it returns, and what the stage writes."""

import numpy as np
import pytest

from pipeline import files, train_fid_classifier
from pipeline.experiment import classifier_training
from pipeline.experiment.classifier_floors import measure, noise_floors
from pipeline.experiment.classifier_training import ClassifierTraining, classifier_configuration, train
from pipeline.experiment.job import Outcome
from pipeline.experiment.models import read_yardstick
from tfvae.evaluation import fid


@pytest.mark.parametrize("shares", [[0.1] * 10, [0.5, 0.3, 0.2], [0.9, 0.1], [0.02, 0.08, 0.4, 0.5]], ids=str)
def test_the_floor_of_the_total_variation_is_its_expectation(shares):
    n = 5000
    labels = np.repeat(np.arange(len(shares)), np.rint(np.array(shares) * n).astype(int)).astype(np.uint8)
    p = np.bincount(labels) / len(labels)
    # A frequency of n draws is close to normal, with the variance p (1 - p) / n; a normal number's mean deviation is
    # sqrt(2 / pi) times its standard deviation.
    expected = 0.5 * np.sum(np.sqrt(2 / np.pi) * np.sqrt(p * (1 - p) / len(labels)))
    floors = [noise_floors(labels, len(shares), seed)["tvd_floor"] for seed in range(40)]
    # The mean of 800 draws: the deviation of one is below its mean, so this is within some five standard errors.
    assert np.mean(floors) == pytest.approx(expected, rel=0.15)
    # A single floor, of 20 draws, is of the right size as well.
    assert floors[0] == pytest.approx(expected, rel=0.8)


def test_the_floor_of_the_class_gap_is_its_expectation():
    labels = np.repeat(np.arange(10), 200).astype(np.uint8)
    counts = np.random.default_rng(0).multinomial(2000, [0.1] * 10, size=4000)
    expected = np.abs(counts / 2000 - 0.1).max(axis=1).mean()
    floors = [noise_floors(labels, 10, seed)["max_class_gap_floor"] for seed in range(40)]
    assert np.mean(floors) == pytest.approx(expected, rel=0.06)


def test_one_class_has_no_noise():
    assert noise_floors(np.zeros(50, np.uint8), 3, 0) == {"tvd_floor": 0.0, "max_class_gap_floor": 0.0}


def test_floors_depend_on_the_seed_alone():
    labels = (np.arange(300) % 3).astype(np.uint8)
    assert noise_floors(labels, 3, 1) == noise_floors(labels, 3, 1) != noise_floors(labels, 3, 2)


CONFIGURATION = {"image_shape": [28, 28, 1], "num_classes": 2}
SETTINGS = ClassifierTraining(CONFIGURATION, seed=0, steps=30, batch_size=20, learning_rate=0.01, dropout=0.5)


@pytest.fixture(scope="module")
def data(images):
    pictures, labels = images
    return {"x_train": pictures[:100], "y_train": labels[:100], "x_test": pictures[100:], "y_test": labels[100:]}


def trained_and_measured(data, progress):
    """Return a classifier's configuration, its weights, its reference and its record."""
    result = train(SETTINGS, data, progress)
    measured = measure(SETTINGS, result, data)
    return SETTINGS.configuration, result["weights"][""], measured["reference"], measured["record"]


@pytest.fixture(scope="module")
def trained(data, alone):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        patch.setattr(classifier_training, "_PERIOD_STEPS", 8)
        return trained_and_measured(data, alone)


def test_it_learns_two_kinds_of_images(trained, data):
    _, _, reference, record = trained
    assert classifier_configuration(data["x_train"], data["y_train"]) == CONFIGURATION
    assert record["accuracy"] > 0.9
    assert reference["features"].shape == (60, 64) and (reference["features"] >= 0).all()
    assert reference["labels"].dtype == np.uint8
    assert reference["fid_mean_image"] == record["fid_mean_image"]


def test_its_record_follows_from_its_weights(trained, data):
    from tfvae.networks.classifier import FeatureExtractor, classifier

    configuration, weights, reference, record = trained
    network = classifier(**configuration)
    network.set_weights(weights)
    extract = FeatureExtractor(network)
    features, probabilities = extract(data["x_test"])
    np.testing.assert_allclose(features, reference["features"], atol=1e-5)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), reference["labels"])
    assert record["accuracy"] == np.mean(reference["labels"] == data["y_test"])
    assert record["fid_floor"] == pytest.approx(fid(extract(data["x_train"][:60])[0], features), rel=1e-4)
    mean_image = data["x_train"].astype(np.float64).mean(axis=0) / 255.0
    mean_features = extract(mean_image[None].astype(np.float32))[0].astype(np.float64)
    # A single image repeated has no spread: the distance of the means, and the trace of the test images' covariance.
    spread = np.trace(np.cov(features.astype(np.float64), rowvar=False))
    expected = np.square(mean_features[0] - features.mean(axis=0, dtype=np.float64)).sum() + spread
    assert record["fid_mean_image"] == pytest.approx(expected, rel=1e-3)
    floors = noise_floors(reference["labels"], 2, 0)
    assert {name: record[name] for name in floors} == floors


def test_it_goes_on_to_the_byte_where_it_was_interrupted(monkeypatch, one_process, trained, data, interrupted):
    monkeypatch.setattr(classifier_training, "_PERIOD_STEPS", 8)
    again, told = interrupted(trained_and_measured, data)
    assert told == [16, 24, 30]
    assert [weight.tobytes() for weight in again[1]] == [weight.tobytes() for weight in trained[1]]
    assert again[3] == trained[3]


def test_the_stage_writes_what_experiments_read(monkeypatch, tmp_path, trained, data, parameters_with, committed):
    given = {}

    def train_and_measure(functions, jobs, arrays, measured_on, *, label):
        [job] = jobs
        assert functions.train == "pipeline.experiment.classifier_training:train" and label == "classifier digits"
        assert functions.measure == "pipeline.experiment.classifier_floors:measure" and measured_on is arrays
        assert job.measuring is job.training and job.folder == tmp_path / "c"
        given.update(vars(job.training), images=arrays["x_train"])
        result = {"weights": {"": trained[1]}}
        return [Outcome(job, "key", result, {"reference": trained[2], "record": trained[3]})]

    monkeypatch.setattr(train_fid_classifier, "train_and_measure", train_and_measure)
    files.write_npz(tmp_path / "data.npz", data)
    train_fid_classifier.main(
        parameters_with({}), dataset="digits", data=tmp_path / "data.npz", classifier=tmp_path / "c",
        record=tmp_path / "c.json",
    )  # fmt: skip
    np.testing.assert_array_equal(given.pop("images"), data["x_train"])
    section = committed["train_fid_classifier"]
    assert given == {
        **section["common"],
        **section["digits"],
        "purpose": "classifier weights",
        "configuration": CONFIGURATION,
    }
    yardstick = read_yardstick(data, tmp_path / "c")
    np.testing.assert_array_equal(yardstick.features, trained[2]["features"])
    np.testing.assert_array_equal(yardstick.labels, trained[2]["labels"])
    assert yardstick.classifier.configuration == trained[0]
    for own, weight in zip(yardstick.classifier.weights, trained[1], strict=True):
        np.testing.assert_array_equal(own, weight)
    assert yardstick.fid_mean_image == trained[3]["fid_mean_image"]
    assert files.read_json(tmp_path / "c.json") == trained[3]
