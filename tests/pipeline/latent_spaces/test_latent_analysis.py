"""What is trained, what its latents are measured by, and what the stage writes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import silhouette_score
from sklearn.neighbors import KNeighborsClassifier

from pipeline import files, latent_analysis
from pipeline.experiment.job import Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.running import Functions
from pipeline.jobs.closure import closure
from pipeline.latent_spaces.measuring import LabelledImages, measure
from pipeline.latent_spaces.models import LAYERS, describe, plan, split
from pipeline.latent_spaces.training import LatentTraining, train
from tests.pipeline.kept import Kept

SCHEDULE = {"beta": 1.0, "batch_size": 20, "learning_rate": 0.003, "cooldown": (6, 12)}
IMAGES = np.zeros((100, 28, 28, 1), np.uint8)


def training_of(posterior="diagonal_gaussian", binarized=False):
    configuration = {
        "model": "vae", "image_shape": [28, 28, 1], "network": "leaky_mlp", "encoder": [12], "decoder": [12],
        "posterior": {"name": posterior, "latent_dim": 2}, "likelihood": "bernoulli", "precision": "float32",
    }  # fmt: skip
    return LatentTraining(configuration, SCHEDULE, seed=1, steps=12, periods=3, binarized=binarized)


@pytest.fixture(scope="module")
def arrays(images):
    pictures, labels = images
    return {"x_train": pictures[:100], "y_train": labels[:100], "x_test": pictures[100:], "y_test": labels[100:]}


@pytest.fixture(scope="module")
def data(arrays):
    return [arrays["x_train"][:80], arrays["x_train"][80:]]


@pytest.fixture
def settings(parameters_with):
    changes = {f"latent_analysis.mnist.{kind}.seeds": [4, 7] for kind in ("dense", "convolutional", "binary")}
    return parameters_with(changes).latent_analysis.of("mnist")


def test_three_models_and_the_binarised_are_trained_on_every_seed(settings, committed):
    jobs = plan(settings, IMAGES, Path("models"))
    pairs = [(job.model, job.training.seed) for job in jobs]
    assert sorted(pairs) == sorted((model, seed) for model in LAYERS for seed in (4, 7))
    assert [job.model for job in jobs[:2]] == ["conv_vae", "conv_vae"]  # the longest come first
    assert {job.training.seed for job in jobs if job.measuring.pictures} == {4}
    assert [job.folder for job in jobs] == [Path("models") / model / f"seed-{seed}" for model, seed in pairs]
    budgets = committed["latent_analysis"]["mnist"]
    for job in jobs:
        model = job.model
        budget = budgets[{"conv_vae": "convolutional", "binary_vae": "binary"}.get(model, "dense")]
        training, configuration = job.training, job.training.configuration
        assert (training.periods, configuration["precision"]) == (budget["epochs"], budget.get("precision", "float32"))
        steps = budget["epochs"] * (100 // budget["batch_size"])
        assert training.steps == steps and job.measuring.training == training
        share = budget["cooldown_share"]
        assert training.schedule == {
            "beta": 1, "batch_size": budget["batch_size"], "learning_rate": budget["learning_rate"],
            "cooldown": (round((1 - share) * steps), steps) if share else None,
        }  # fmt: skip
        posterior = configuration["posterior"]
        assert posterior["name"] == ("point" if model == "auto_encoder" else "diagonal_gaussian")
        assert posterior["latent_dim"] == (40 if model == "binary_vae" else 10)
        assert configuration["likelihood"] == "bernoulli" and training.binarized == (model == "binary_vae")


def test_training_reaches_nothing_that_measures():
    """So a new metric, or a mended one, trains nothing."""
    reached = closure("pipeline.latent_spaces.training").files
    measuring = ("measuring", "latent_space.py", "frechet", "sampling/importance", "traversals")
    assert not {file for file in reached if any(name in file for name in measuring)}


@pytest.fixture(scope="module")
def shared(arrays):
    return LabelledImages(
        x_probe=arrays["x_train"][:90], y_probe=arrays["y_train"][:90], x_test=arrays["x_test"],
        y_test=arrays["y_test"], tsne_images=50, neighbours=[3], importance_samples=4,
    )  # fmt: skip


def trained_and_measured(training, data, shared, pictures=False):
    trained = train(training, data, Kept())
    measured = measure(Measuring(training, pictures=pictures), trained, shared)
    return {"weights": trained["weights"][""], "history": trained["history"][""], **measured}


@pytest.fixture(scope="module")
def runs(data, shared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        return {
            "vae": trained_and_measured(training_of(), data, shared, pictures=True),
            "auto_encoder": trained_and_measured(training_of("point"), data, shared),
        }


def model_of(run, posterior="diagonal_gaussian"):
    from tfvae.models import build_vae

    model = build_vae(training_of(posterior).configuration)
    model.set_weights(run["weights"])
    return model


@pytest.mark.parametrize(("name", "posterior"), [("vae", "diagonal_gaussian"), ("auto_encoder", "point")])
def test_metrics_are_those_of_the_posterior_means(runs, shared, name, posterior):
    metrics, model = runs[name]["metrics"], model_of(runs[name], posterior)
    parameters = model.encoder(shared.x_test.astype(np.float32) / 255).numpy()
    means = parameters[:, :2]
    assert metrics["silhouette"] == pytest.approx(silhouette_score(means, shared.y_test), rel=1e-3)
    assert np.mean(list(metrics["silhouette_per_class"].values())) == pytest.approx(metrics["silhouette"], rel=1e-4)
    errors = [
        KNeighborsClassifier(3).fit(np.delete(means, i, 0), np.delete(shared.y_test, i)).predict(means[i : i + 1])[0]
        != shared.y_test[i]
        for i in range(len(means))
    ]
    assert metrics["neighbour_error"] == {"3": pytest.approx(np.mean(errors))}
    assert metrics["linear_probe_accuracy"] > 0.9  # the two kinds of images differ in a bright square
    assert metrics["active_units"] == np.sum(means.var(axis=0) > 0.01)
    if name == "vae":
        rates = 0.5 * (means**2 + np.exp(parameters[:, 2:]) - 1 - parameters[:, 2:]).mean(axis=0)
        assert list(metrics["kl_per_dimension"].values()) == pytest.approx(sorted(rates, reverse=True), rel=1e-3)
    else:
        assert "kl_per_dimension" not in metrics and metrics["validation_kl"] == 0


def test_history_follows_the_held_out_images(runs, data):
    from tfvae import randomness

    history, metrics = runs["vae"]["history"], runs["vae"]["metrics"]
    assert [row["epoch"] for row in history] == [1, 2, 3]
    model = model_of(runs["vae"])
    noise = model.posterior.noise(20, randomness.key(1, "validation 3", 0))
    terms = [float(np.mean(term)) for term in model.loss_terms(data[1].astype(np.float32) / 255, noise)]
    assert [metrics[f"validation_{name}"] for name in ("distortion", "kl")] == pytest.approx(terms, rel=1e-4)
    assert metrics["validation_loss"] == history[-1]["validation_loss"] == pytest.approx(sum(terms), rel=1e-4)
    assert history[-1]["validation_loss"] < history[0]["validation_loss"]


def test_an_interrupted_training_ends_with_the_same_bytes(one_process, runs, data):
    progress = Kept()
    train(training_of(), data, progress)
    resumed = Kept(progress.kept[0])
    result = train(training_of(), data, resumed)
    assert resumed.done == 12 and result["history"][""] == runs["vae"]["history"]
    for one, two in zip(result["weights"][""], runs["vae"]["weights"], strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.fixture(scope="module")
def one_class(arrays):
    """Images of one class to train on, and of the other held out: their loss falls at first, then it rises."""
    return [arrays["x_train"][arrays["y_train"] == label] for label in (0, 1)]


@pytest.fixture(scope="module")
def followed(one_class):
    """The training of images that are binarised and not, what it returns, and what it keeps on the way."""
    found, schedule = {}, {**SCHEDULE, "cooldown": None}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        for binarized in (True, False):
            training, progress = training_of(binarized=binarized), Kept()
            training = replace(training, schedule=schedule, steps=21, periods=7)
            found[binarized] = training, train(training, one_class, progress), progress.kept
    return found


@pytest.mark.parametrize("binarized", [True, False], ids=["binarised", "grey"])
def test_only_a_model_of_binarised_images_has_the_weights_of_its_best_epoch(followed, one_class, binarized):
    from tfvae import randomness
    from tfvae.sampling.binary import binarize

    training, trained, _ = followed[binarized]
    history, row = trained["history"][""], trained["row"]
    losses = [one["validation_loss"] for one in history]
    assert 1 < np.argmin(losses) < 5 and min(losses) < losses[-1] - 50
    assert row == (history[int(np.argmin(losses))] if binarized else history[-1])
    images = binarize(one_class[1], 0, "binarized validation") if binarized else one_class[1]
    model = model_of({"weights": trained["weights"][""]})
    noise = model.posterior.noise(len(images), randomness.key(training.seed, f"validation {row['epoch']}", 0))
    terms = [float(np.mean(term)) for term in model.loss_terms(images.astype(np.float32) / 255, noise)]
    assert row["validation_loss"] == pytest.approx(sum(terms), rel=1e-4)


def test_an_interrupted_training_still_has_its_best_epoch(one_process, followed, one_class):
    training, trained, kept = followed[True]
    best = trained["row"]["epoch"]
    for epoch in (best - 1, best, len(kept)):  # after which it is interrupted
        result = train(training, one_class, Kept(kept[epoch - 1]))
        assert (result["row"], result["history"]) == (trained["row"], trained["history"])
        for one, two in zip(result["weights"][""], trained["weights"][""], strict=True):
            np.testing.assert_array_equal(one, two)


def test_the_likelihood_is_recorded_with_the_epoch_and_the_bounds_of_its_weights(one_process, followed, shared):
    training, trained, _ = followed[True]
    metrics, row = measure(Measuring(training), trained, shared)["metrics"], trained["row"]
    assert metrics["best_epoch"] == row["epoch"]
    for name in ("validation_loss", "validation_distortion", "validation_kl"):
        assert metrics[name] == row[name]


def test_pictures_show_what_they_say(runs, shared):
    pictures, model = runs["vae"]["pictures"], model_of(runs["vae"])
    means = model.encoder(shared.x_test.astype(np.float32) / 255).numpy()[:, :2]
    centroids = np.stack([means[shared.y_test == label].mean(axis=0) for label in (0, 1)])
    for name, latents in (("reconstructions", means[:10]), ("centroids", centroids)):
        np.testing.assert_allclose(pictures[name], 255 * model.decode(latents).numpy(), atol=0.51)
    assert pictures["traversals"].shape == (2, 9, 28, 28, 1) and pictures["samples"].shape == (10, 28, 28, 1)
    assert pictures["plane"].shape == (50, 2) and len(np.unique(pictures["plane"], axis=0)) == 50
    assert pictures["silhouettes"].mean() == pytest.approx(runs["vae"]["metrics"]["silhouette"], rel=1e-4)
    np.testing.assert_array_equal(pictures["originals"], shared.x_test[:10])


def test_the_binarised_model_sees_binary_images_alone(one_process, data, shared, monkeypatch):
    from tfvae.training import loop

    class Recorder(loop.Trainer):
        def __init__(self, model, pictures, *arguments):
            assert set(np.unique(pictures)) == {0, 255} and len(pictures) == 80
            assert abs(pictures.mean() - data[0].mean()) < 1
            super().__init__(model, pictures, *arguments)

    monkeypatch.setattr(loop, "Trainer", Recorder)
    metrics = trained_and_measured(training_of(binarized=True), data, shared, pictures=True)["metrics"]
    assert set(metrics) == {
        "best_epoch", "validation_loss", "validation_distortion", "validation_kl", "negative_log_likelihood",
        "negative_elbo",
    }  # fmt: skip
    # Of several samples the estimate is the larger one, by Jensen's inequality for every image.
    assert 0 < metrics["negative_log_likelihood"] < metrics["negative_elbo"] < 784 * np.log(2)


def outcome_of(job, measured):
    history = [{"epoch": 1, "loss": 9.0}, {"epoch": 2, "loss": 1.0 + job.training.seed}]
    weights = {"": [np.zeros((2, 3)), np.zeros(3)]}
    return Outcome(job, "aa", {"weights": weights, "history": {"": history}, "row": history[-1]}, measured)


def test_the_stage_writes_models_pictures_and_a_record(monkeypatch, tmp_path, parameters_with, arrays):
    def train_and_measure(functions, jobs, data, shared, *, label):
        assert functions == Functions(
            "pipeline.latent_spaces.training:train", "pipeline.latent_spaces.measuring:measure"
        )
        assert label == "latents digits" and [len(images) for images in data] == [80, 20]
        assert shared.neighbours == [3, 5, 10] and shared.importance_samples == 200 and len(shared.x_probe) == 100
        return [
            outcome_of(
                job,
                {
                    "metrics": {
                        "silhouette": float(job.training.seed),
                        **({} if job.training.binarized else {"neighbour_error": {"3": 0.5}}),
                    },
                    "pictures": {"plane": np.full(2, job.training.seed)} if job.measuring.pictures else {},
                },
            )
            for job in jobs
        ]

    monkeypatch.setattr(latent_analysis, "train_and_measure", train_and_measure)
    files.write_npz(tmp_path / "data.npz", arrays)
    arguments = {
        "dataset": "digits", "data": tmp_path / "data.npz", "models": tmp_path / "models",
        "record": tmp_path / "record.json",
    }  # fmt: skip
    changes = {f"latent_analysis.digits.{kind}.seeds": [2, 4] for kind in ("dense", "convolutional", "binary")}
    changes["latent_analysis.digits.validation_images"] = 20
    latent_analysis.main(parameters_with(changes), **arguments)
    written = files.read_json(tmp_path / "record.json")
    assert list(written["models"]) == ["auto_encoder", "vae", "conv_vae"]
    assert all(described["neighbour_error"]["3"]["mean"] == 0.5 for described in written["models"].values())
    for described in (*written["models"].values(), written["likelihood"]):
        assert described["parameters"] == 9 and described["seeds"] == [2, 4]
        assert described["silhouette"] == {"mean": 3.0, "sd": pytest.approx(2**0.5), "n": 2, "values": [2.0, 4.0]}
        assert described["training_loss"]["values"] == [3.0, 5.0]  # of the last epoch
    assert written["likelihood"]["importance_samples"] == 200
    pictures = files.read_npz(tmp_path / "models" / "pictures.npz")
    assert set(pictures) == {f"{model}|plane" for model in LAYERS} and set(pictures["vae|plane"]) == {2}
    folder = tmp_path / "models" / "conv_vae" / "seed-4"
    assert len(files.read_weights(folder / "weights.npz")) == 2
    assert files.read_json(folder / "config.json")["network"] == "leaky_cnn"
    assert (folder / "history.csv").read_text().splitlines()[0] == "epoch,loss"


def test_images_must_be_left_to_train_on(parameters_with, arrays):
    settings = parameters_with({"latent_analysis.digits.validation_images": 100}).latent_analysis.of("digits")
    with pytest.raises(RuntimeError, match=r"latent_analysis.digits.validation_images must leave .* 100 of 100"):
        split(settings, arrays, "digits")


def test_a_record_keeps_the_training_of_each_model(settings):
    jobs = plan(settings, IMAGES, Path("models"))
    outcomes = [outcome_of(job, {"metrics": {"silhouette": 0.5}}) for job in jobs]
    models = describe(outcomes, settings)["models"]
    for name, kind in (("auto_encoder", "dense"), ("conv_vae", "convolutional")):
        budget = getattr(settings, kind).model_dump()
        assert {key: models[name][key] for key in budget} == budget and models[name]["latent_dim"] == 10
