"""The comparison of plain, beta- and vector-quantised VAEs: its jobs, training, measuring, and the stage's files."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from pipeline import files, vector_quantised
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.job import Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import summarize_nested
from pipeline.jobs.closure import closure
from pipeline.vq_vae import measuring
from pipeline.vq_vae.measuring import Standard, measure, measure_real
from pipeline.vq_vae.models import plan
from pipeline.vq_vae.training import train
from tests.pipeline.conftest import SHAPE

SETTINGS = {
    "train_fid_classifier.common.batch_size": 16,
    "vector_quantised.common.precision": "float32",
    "vector_quantised.digits.steps": 6,
    "vector_quantised.digits.quantised_steps": 5,
    "vector_quantised.digits.prior_steps": 4,
    "vector_quantised.digits.images": 60,
    "vector_quantised.digits.few_images": 20,
    "vector_quantised.digits.neighbour_images": 30,
    "vector_quantised.digits.projected_images": 40,
    "vector_quantised.digits.classifier_steps": 3,
    "vector_quantised.common.prior": {"channels": 4, "depth": 2, "radius": 1, "precision": "float32"},
    "vector_quantised.common.batch_size": 16,
}


@pytest.fixture(scope="module")
def settings(parameters_with):
    return parameters_with(SETTINGS).vector_quantised.of("digits")


@pytest.fixture(scope="module")
def jobs(settings):
    return plan(settings, SHAPE, Path("models"))


def of(jobs, model):
    return next(job for job in jobs if job.model == model)


def test_the_jobs_are_the_models_of_the_comparison(jobs):
    names = [job.model for job in jobs]
    quantised = {f"vq-vae-{dim}-{codes}" for dim in (8, 16, 32) for codes in (10, 20, 128)}
    plain = {"vae-2", "vae-8", "vae-16", "vae-32", "beta-vae-2", "beta-vae-8", "beta-vae-16"}
    assert set(names) == quantised | plain
    assert all(names.count(name) == 3 for name in (*plain, "vq-vae-16-128"))
    assert all(names.count(name) == 1 for name in quantised - {"vq-vae-16-128"})
    folders = {job.folder for job in jobs}
    assert len(folders) == len(jobs) and Path("models/vae-2/seed-2") in folders
    assert [of(jobs, f"{name}-8").training.schedule["beta"] for name in ("vae", "beta-vae")] == [1, 2]
    training = of(jobs, "vq-vae-8-20").training
    quantizer = training.configuration["quantizer"]
    assert (quantizer["latent_dim"], quantizer["codes"]) == (8, 20) == (8, training.prior.configuration["codes"])
    assert [of(jobs, name).training.steps for name in ("vq-vae-8-10", "vae-2")] == [9, 6]
    assert all(job.measuring.pictures == (job.training.seed == 0) for job in jobs)
    assert {job.measuring.images for job in jobs} == {60}
    assert of(jobs[1:], "vae-2").training.schedule["cooldown"] == (1, 6)


def test_training_reaches_nothing_that_measures():
    """So a new metric, or a mended one, trains nothing."""
    files = closure("pipeline.vq_vae.training").files
    measuring = ("measuring", "evaluation/codebook", "sampling/pixel_cnn", "priors/likelihood")
    assert "src/tfvae/priors/pixel_cnn.py" in files and "src/tfvae/sampling/codes.py" in files
    assert not {file for file in files if any(name in file for name in measuring)}


@pytest.fixture(scope="module")
def standard(yardstick, settings):
    y_test = yardstick.labels.copy()
    y_test[:6] = (y_test[:6] + 1) % 5
    names = ("few_images", "neighbours", "neighbour_images", "projected_images", "regions", "region_width")
    configuration = yardstick.classifier.configuration
    score = ClassifierTraining(configuration, seed=0, steps=3, batch_size=16, learning_rate=1e-3, dropout=0.5)
    return Standard(yardstick, y_test, score, **{name: getattr(settings, name) for name in names})


class Progress:
    """Keeps what it is told."""

    def __init__(self, kept=None):
        self.reported, self.kept, self._resumed = [], [], kept

    def report(self, amount):
        self.reported.append(amount)

    def keep(self, state):
        self.kept.append(state)

    def resume(self):
        return self._resumed


COMMON = {
    "fid", "fid_relative", "kid", "tvd", "max_class_gap", "inception_score", "inception_score_few", "precision",
    "recall", "density", "coverage", "cas", "legible",
}  # fmt: skip
OF_TEST = {"mse", "fid_reconstructions", "class_agreement"}


def test_a_gaussian_model(one_process, jobs, standard):
    job, progress = of(jobs, "vae-2"), Progress()
    trained = train(job.training, standard.yardstick.x_train, progress)
    assert sum(progress.reported) == 6 and set(trained["weights"]) == set(trained["history"]) == {"model"}
    result = measure(job.measuring, trained, standard)
    metrics = result["metrics"]
    assert set(metrics) == {"samplers", "distortion", "kl", "silhouette"} | OF_TEST
    plane = result["pictures"]["plane"]
    expected = silhouette_score(plane, standard.y_test[:40])  # two latents are their own plane
    assert metrics["silhouette"] == pytest.approx(expected, abs=1e-6)
    assert set(metrics["samplers"]) == {"prior", "regions"}
    assert all(set(values) == COMMON for values in metrics["samplers"].values())
    assert metrics["samplers"]["prior"]["inception_score"] != metrics["samplers"]["regions"]["inception_score"]
    assert {name: array.shape for name, array in result["pictures"].items()} == {
        "samples-prior": (36, *SHAPE), "samples-regions": (36, *SHAPE), "plane": (40, 2),
        "reconstructions": (10, *SHAPE),
    }  # fmt: skip


def test_a_quantised_model_goes_on_where_it_was_interrupted(one_process, jobs, standard):
    job, progress, x_train = of(jobs, "vq-vae-8-10"), Progress(), standard.yardstick.x_train
    trained = train(job.training, x_train, progress)
    assert sum(progress.reported) == job.training.steps
    assert [row["step"] for row in trained["history"]["model"]] == [1, 2, 3, 4, 5]
    assert [row["step"] for row in trained["history"]["prior"]] == [1, 2, 3, 4]
    assert set(trained["history"]["prior"][0]) == {"step", "loss"}
    in_the_model = progress.kept[1]
    in_the_prior = next(state for state in progress.kept if state["trainer"]["prior"])
    for state in (in_the_model, in_the_prior):
        again = Progress({**state, "history": state["history"][: sum_of_steps(state)]})
        resumed = train(job.training, x_train, again)
        assert sum(again.reported) == job.training.steps
        assert resumed["history"] == trained["history"]
        for part, weights in trained["weights"].items():
            assert [weight.tobytes() for weight in resumed["weights"][part]] == [weight.tobytes() for weight in weights]
    result = measure(job.measuring, trained, standard)
    assert set(result["metrics"]) == {"samplers", "perplexity", "dead_codes", "nats_per_code",
                                      "nats_per_code_training"} | OF_TEST  # fmt: skip
    assert set(result["metrics"]["samplers"]["prior"]) == COMMON and 1 <= result["metrics"]["perplexity"] <= 10
    assert result["pictures"]["codes"].shape == (10, 7, 7)
    assert result["pictures"]["samples-prior"].shape == (60, *SHAPE)  # of the 200 wanted, all that were generated
    without = measure(Measuring(job.training, job.measuring.images), trained, standard)
    assert without["metrics"] == result["metrics"] and without["pictures"] == {}


def sum_of_steps(state):
    """Return how many rows the history had when a state was kept: one for each step here."""
    return sum(trainer["step"] for trainer in state["trainer"].values() if trainer)


def test_a_sample_is_legible_where_the_classifier_is_sure_of_its_class(standard, monkeypatch):
    class Unsure:
        """Sees each image as one of two classes, with the probability that is its first pixel."""

        def extract(self, images):
            sure = images[:, 0, 0, :1]
            return standard.yardstick.features[: len(images)], np.hstack([sure, 1 - sure])

        def final(self, images):
            return {}

    images = np.zeros((60, *SHAPE))
    images[:, 0, 0, 0] = np.repeat([0.5, 0.85, 0.95, 0.02], 15)
    monkeypatch.setattr(measuring, "accuracy_score", lambda *arguments: 0.0)
    assert measuring._of_samples(images, Unsure(), standard, 0)["legible"] == 0.5


def test_real_images_are_the_yardstick(one_process, standard):
    metrics = measure_real((0, 60), standard, Progress())
    assert set(metrics) == {"samplers", "inception_score", "inception_score_few"}
    assert set(metrics["samplers"]["training_images"]) == COMMON


def test_the_stage_writes_models_pictures_and_a_record(monkeypatch, tmp_path, parameters_with, yardstick):
    parameters = parameters_with(SETTINGS | {"vector_quantised.common.codes": [128]})

    def train_and_measure(functions, jobs, data, standard, *, label):
        assert data is yardstick.x_train and label == "vector-quantised digits"
        assert functions.train == "pipeline.vq_vae.training:train"
        assert functions.measure == "pipeline.vq_vae.measuring:measure"
        settings = {"seed": 0, "steps": 3, "batch_size": 16, "learning_rate": 0.001, "dropout": 0.5}
        assert standard.score == ClassifierTraining(yardstick.classifier.configuration, **settings)
        assert (standard.few_images, standard.neighbour_images, standard.projected_images) == (20, 30, 40)
        return [made_up(job) for job in jobs]

    def made_up(job):
        seed, prior = job.training.seed, job.training.prior
        parts = ("model", "prior") if prior else ("model",)
        trained = {
            "weights": {part: [np.full(3, seed)] for part in parts},
            "history": {part: [{"step": 1, "loss": 1.0}] for part in parts},
        }
        shown = {"reconstructions": np.zeros((10, 2)), "codes" if prior else "plane": np.zeros((40, 2))}
        metrics = {"samplers": {"prior": {"fid": float(seed)}}, "mse": 2.0}
        pictures = shown if job.measuring.pictures else {}
        return Outcome(job, "0a", trained, {"metrics": metrics, "pictures": pictures})

    def run_resumable(function, jobs, standard, *, amounts, label, unit):
        assert (function, label) == ("pipeline.vq_vae.measuring:measure_real", "real images digits")
        assert jobs == [(0, 60), (1, 60), (2, 60)] and amounts == [1, 1, 1]
        return [{"inception_score": 9.5 + seed / 10} for seed, _ in jobs]

    monkeypatch.setattr(vector_quantised, "train_and_measure", train_and_measure)
    monkeypatch.setattr(vector_quantised, "run_resumable", run_resumable)
    monkeypatch.setattr(vector_quantised, "read_yardstick", lambda arrays, classifier: yardstick)
    monkeypatch.setattr(vector_quantised, "read_dataset", lambda path, dataset: {"y_test": yardstick.labels})
    places = {"data": tmp_path / "data.npz", "classifier": tmp_path, "models": tmp_path / "models"}
    vector_quantised.main(parameters, dataset="digits", **places, record=tmp_path / "record.json")
    record = files.read_json(tmp_path / "record.json")
    assert record["classifier_accuracy"] == 1.0 and record["shown"] == "vq-vae-16-128"
    assert record["real"]["inception_score"]["values"] == [9.5, 9.6, 9.7]
    model = record["models"]["vq-vae-16-128"]
    assert (model["latent_dim"], model["codes"], model["parameters"]) == (16, 128, 6)
    assert model["steps"] == {"model": 5, "prior": 4}
    assert model["samplers"]["prior"]["fid"]["values"] == [0.0, 1.0, 2.0]
    assert record["models"]["vae-8"]["beta"] == 1 and record["models"]["vq-vae-8-128"]["seeds"] == [0]
    directory = tmp_path / "models" / "vq-vae-16-128" / "seed-2"
    assert files.read_weights(directory / "prior.npz")[0].tolist() == [2, 2, 2]
    assert files.read_json(directory / "prior.json")["codes"] == 128
    assert files.read_json(directory / "model.json")["model"] == "vq_vae"
    assert (directory / "model-history.csv").read_text() == "step,loss\n1,1\n"
    pictures = files.read_npz(tmp_path / "models" / "pictures.npz")
    assert {"originals", "labels", "vae-2|plane", "vq-vae-8-128|codes"} <= set(pictures)
    assert len(pictures["originals"]) == 10 and len(pictures["labels"]) == 40


def test_a_record_needs_no_second_seed():
    assert summarize_nested([{"inception_score": 9.0}])["inception_score"]["sd"] is None
