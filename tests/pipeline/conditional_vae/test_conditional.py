"""The comparison of a VAE with a conditional one: its measures, recomputed from the weights, and what is written."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import conditional, files
from pipeline.conditional_vae.figures import COLUMNS
from pipeline.conditional_vae.measuring import Standard, measure
from pipeline.conditional_vae.models import describe_search, plan, plan_searches, trials_table
from pipeline.conditional_vae.training import LabelledData, configuration, schedule, train
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.running import Functions
from pipeline.experiment.training import Training
from pipeline.jobs.closure import closure
from tests.pipeline.kept import Kept
from tests.pipeline.model_folders import write_classifier
from tfvae.training.checkpoints import Checkpoints

CHOSEN = {"batch_size": 20, "learning_rate": 0.003, "latent_dim": 2, "optimizer": "adam", "beta": 1, "epochs": 14}
CLASSIFIER = {"image_shape": [28, 28, 1], "num_classes": 5}
SCORE = ClassifierTraining(CLASSIFIER, seed=0, steps=40, batch_size=20, learning_rate=0.01, dropout=0.0)


def training_of(*num_classes):
    described = configuration((28, 28, 1), [12], 2, "float32", *num_classes)
    return Training(described, schedule(CHOSEN, (52, 70)), seed=1, steps=70, periods=14)


@pytest.fixture(scope="module")
def data(yardstick, images):
    return LabelledData(yardstick.x_train, images[1][:100], yardstick.x_test[:10], images[1][100:110])


@pytest.fixture(scope="module")
def shared(yardstick, images):
    return Standard(yardstick, images[1][:100], images[1][100:], SCORE, tsne_images=50)


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """The folder where the accuracy scores are kept."""
    return Checkpoints(tmp_path_factory.mktemp("scores"), 10**9)


@pytest.fixture(scope="module")
def runs(data, shared, scores):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        patch.setattr("pipeline.experiment.accuracy_score.CHECKPOINTS", scores)
        runs = {}
        for name, training in (("vae", training_of()), ("conditional_vae", training_of(2))):
            trained = train(training, data, Kept())
            measured = measure(Measuring(training, 80, pictures=True), trained, shared)
            runs[name] = {"weights": trained["weights"][""], "history": trained["history"][""], **measured}
            runs[name]["trained"] = trained
        return runs


@pytest.fixture(scope="module")
def model(runs):
    from tfvae.models import build_conditional_vae

    model = build_conditional_vae(training_of(2).configuration)
    model.set_weights(runs["conditional_vae"]["weights"])
    return model


@pytest.fixture(scope="module")
def requested(shared):
    from tfvae.randomness import generator

    return generator(1, "requested labels").permutation(100)[:80]


def test_agreement_is_that_of_the_yardstick_s_classifier(runs, model, shared, requested):
    from pipeline.experiment.measuring import Meter
    from tfvae.sampling.generation import Generator

    labels = shared.y_train[requested]
    latents = Generator(model.given(0), 1).prior_latents(80, "measured")
    images = np.stack(
        [model.given(int(label)).decode(latent[None])[0] for latent, label in zip(latents, labels, strict=True)]
    )
    meter = Meter(shared.yardstick)
    received = meter.extract(images)[1].argmax(axis=1)
    metrics = runs["conditional_vae"]["metrics"]
    assert metrics["agreement"] == np.mean(received == labels)
    assert metrics["agreement_per_class"]["1"] == pytest.approx(np.mean(received[labels == 1] == 1))
    assert runs["conditional_vae"]["confusion"][0, 3] == np.sum((labels == 0) & (received == 3))
    assert metrics["fid"] == pytest.approx(meter.distance(images), rel=1e-3)


def test_losses_are_those_of_the_test_images_with_their_labels(runs, model, shared):
    from tfvae import randomness

    noise = model.posterior.noise(60, randomness.key(1, "posterior", 0))
    pixels, labels = shared.yardstick.x_test.astype(np.float32) / 255, shared.y_test.astype(np.int32)
    distortion, kl = (float(np.mean(term)) for term in model.loss_terms(pixels, noise, labels))
    metrics = runs["conditional_vae"]["metrics"]
    assert (metrics["distortion"], metrics["kl"]) == pytest.approx((distortion, kl), rel=1e-4)
    assert metrics["loss"] == pytest.approx(distortion + kl, rel=1e-4)
    # Told the kind of image, the model does better than if it were told the other.
    wrong = [float(np.mean(term)) for term in model.loss_terms(pixels, noise, 1 - labels)]
    assert sum(wrong) > metrics["loss"] + 2


def test_a_classifier_of_generated_images_knows_real_ones(runs):
    """Two kinds of images that differ in a bright square are easily told apart, from generated ones as well."""
    metrics = runs["conditional_vae"]["metrics"]
    assert metrics["cas_ceiling"] > 0.95 and metrics["cas"] > 0.8
    assert not {"agreement", "cas", "cas_ceiling"} & set(runs["vae"]["metrics"])
    assert set(runs["vae"]["metrics"]) < set(metrics)


def test_pictures_show_what_they_say(runs, model):
    from tfvae.sampling.generation import Generator

    pictures = runs["conditional_vae"]["pictures"]
    latents = Generator(model.given(0), 1).prior_latents(10, "pictures")
    for label in (0, 1):
        expected = 255 * model.given(label).decode(latents).numpy()
        np.testing.assert_allclose(pictures["samples"][label], expected, atol=0.51)
    assert runs["vae"]["pictures"]["samples"].shape == pictures["samples"].shape == (2, 10, 28, 28, 1)
    for run in runs.values():
        errors = [
            np.square(np.float64(run["pictures"][name]) - run["pictures"]["originals"]).mean()
            for name in ("first_epoch", "last_epoch")
        ]
        assert errors[1] < errors[0]
        assert run["pictures"]["plane"].shape == (50, 2) and len(run["pictures"]["labels"]) == 50


def test_an_interrupted_training_ends_with_the_same_bytes(one_process, runs, data):
    progress = Kept()
    train(training_of(2), data, progress)
    resumed = Kept(progress.kept[1])
    result, whole = train(training_of(2), data, resumed), runs["conditional_vae"]["trained"]
    assert resumed.done == 70 and result["history"] == whole["history"]
    np.testing.assert_array_equal(result["first_epoch"], whole["first_epoch"])
    for one, two in zip(result["weights"][""], whole["weights"][""], strict=True):
        np.testing.assert_array_equal(one, two)


def test_what_measures_trains_nothing_again(one_process, runs, shared, scores, monkeypatch):
    """Neither a metric of the model nor a formula beside the accuracy score trains the score's classifier again."""

    def fail(*arguments, **settings):
        raise AssertionError("a classifier is trained")

    monkeypatch.setattr("pipeline.experiment.accuracy_score.CHECKPOINTS", scores)
    monkeypatch.setattr("tfvae.training.classification.ClassifierTrainer", fail)
    run = runs["conditional_vae"]
    measuring = Measuring(training_of(2), 80)
    measured = measure(measuring, run["trained"], shared)
    assert measured["metrics"] == run["metrics"] and measured["pictures"] == {}
    with pytest.raises(AssertionError, match="a classifier is trained"):
        measure(Measuring(training_of(2), 79), run["trained"], shared)
    for module in ("training", "search"):
        reached = closure(f"pipeline.conditional_vae.{module}").files
        assert not {file for file in reached if "measuring" in file or "latent_space.py" in file or "frechet" in file}


def test_each_model_is_trained_with_what_was_chosen_for_it(parameters_with):
    settings = parameters_with({"conditional.common.seeds": [4, 7]}).conditional.of("usps")
    arrays = {"x_train": np.zeros((100, 16, 16, 1), np.uint8), "y_train": np.arange(100, dtype=np.uint8) % 10}
    arrays |= {"x_test": arrays["x_train"][:50], "y_test": arrays["y_train"][:50]}
    more = {"losses": [1.0], "state": "complete", "trial": 3}
    other = {"batch_size": 10, "learning_rate": 0.01, "latent_dim": 5, "optimizer": "rmsprop", "beta": 2, "epochs": 3}
    chosen = {"vae": {**CHOSEN, **more}, "conditional_vae": {**other, **more}}
    jobs, data = plan(settings, arrays, chosen, Path("models"))
    names = [(seed, model) for model in ("vae", "conditional_vae") for seed in (4, 7)]
    assert [(job.training.seed, job.model) for job in jobs] == names
    assert len(data.x_train) == 100 and list(data.y_other) == list(range(10)) and len(data.x_other) == 10
    for job in jobs:
        model, training, described, own = job.model, job.training, job.training.configuration, chosen[job.model]
        assert job.folder == Path("models") / model / f"seed-{training.seed}"
        assert training.steps == {"vae": 5 * 14, "conditional_vae": 10 * 3}[model] and training.periods == own["epochs"]
        last = (round((1 - settings.cooldown_share) * training.steps), training.steps)
        names = ("beta", "batch_size", "learning_rate", "optimizer")
        assert training.schedule == {"cooldown": last, **{name: own[name] for name in names}}
        units = [128, 64] if model == "vae" else [400]
        assert described["encoder"] == units == described["decoder"][::-1]
        assert described.get("num_classes") == (None if model == "vae" else 10) and described["model"] == model
        assert described["posterior"] == {"name": "diagonal_gaussian", "latent_dim": own["latent_dim"]}
        assert job.measuring == Measuring(training, settings.images, pictures=training.seed == 4)


ROWS = [
    {"trial": 0, "state": "complete", "losses": [9.0, 8.5, 8.0, 7.5, 7.25], **CHOSEN, "batch_size": 256},
    {"trial": 1, "state": "pruned", "losses": [9.5], **CHOSEN, "latent_dim": 40},
    {"trial": 2, "state": "diverged", "losses": [], **CHOSEN, "learning_rate": 0.01},
    {"trial": 3, "state": "complete", "losses": [9.0, 8.5, 8.0, 7.5, 7.0], **CHOSEN},
]
SPACE = {name: [value] for name, value in CHOSEN.items()}


def searched(model, rows):
    return Outcome(Job(SimpleNamespace(space=SPACE), None, model=model), "aa", {"trials": rows}, rows[-1])


def test_trials_as_a_table():
    table = trials_table([searched("vae", ROWS), searched("conditional_vae", ROWS[:1])])
    assert list(table["model"]) == ["vae"] * 4 + ["conditional_vae"] and list(table["share"]) == [1, 0.2, 0, 1, 1]
    assert list(table["loss"][[0, 1, 3, 4]]) == [7.25, 9.5, 7.0, 7.25] and np.isnan(table["loss"][2])
    assert set(table) == {"model", "trial", "state", "share", "loss", *CHOSEN} == set(COLUMNS)
    assert list(trials_table([searched("vae", ROWS[2:3])])["loss"].isna()) == [True]


def test_a_search_is_described_by_its_first_trial_and_its_best():
    assert describe_search(searched("vae", ROWS)) == {
        "trials": 4, "pruned": 1, "first": {**CHOSEN, "batch_size": 256, "loss": 7.25}, "best": {**CHOSEN, "loss": 7.0},
    }  # fmt: skip
    assert describe_search(searched("vae", ROWS[2:]))["first"]["loss"] is None


@pytest.fixture
def small_stage(tmp_path, yardstick, images):
    """Arguments of the stage for a small dataset, with its files."""
    pictures, labels = images
    arrays = {"x_train": pictures[:100], "y_train": labels[:100], "x_test": pictures[100:], "y_test": labels[100:]}
    files.write_npz(tmp_path / "data.npz", arrays)
    write_classifier(tmp_path / "c", yardstick, labels=labels[100:])
    return {
        "dataset": "digits", "data": tmp_path / "data.npz", "classifier": tmp_path / "c", "models": tmp_path / "models",
        "trials": tmp_path / "trials.csv", "record": tmp_path / "record.json",
    }  # fmt: skip


CHANGES = {
    "conditional.common.seeds": [2, 4], "conditional.digits.images": 90, "conditional.digits.validation_images": 20,
}  # fmt: skip


def test_the_stage_searches_then_compares(monkeypatch, tmp_path, parameters_with, committed, small_stage):
    calls, settings, common = [], committed["conditional"], committed["train_fid_classifier"]["common"]
    best = {"vae": {**CHOSEN, "epochs": 3}, "conditional_vae": CHOSEN}

    def train_and_measure(functions, jobs, data, given, *, label):
        calls.append((label, functions, sum(job.training.steps for job in jobs)))
        if label == "search digits":
            space = {**settings["common"]["space"], "epochs": settings["digits"]["epochs"]}
            for job in jobs:
                assert job.training.space == space and job.training.first == settings["common"]["first_trial"]
                assert (job.training.seed, job.training.cooldown_share, job.measuring) == (2, 0.5, None)
            described = {job.model: (job.training.units, job.training.num_classes) for job in jobs}
            assert described == {"vae": ([512, 256], None), "conditional_vae": ([400], 2)}
            assert (len(data.x_train), len(data.x_other), given) == (80, 20, None)
            rows = {model: [*ROWS[:3], {**ROWS[3], **values}] for model, values in best.items()}
            of = {"weights": {}}
            return [Outcome(job, "aa", {**of, "trials": rows[job.model]}, rows[job.model][-1]) for job in jobs]
        assert given.yardstick.fid_mean_image == 4.0 and len(data.x_train) == 100
        assert given.score == ClassifierTraining(given.yardstick.classifier.configuration, **common, steps=400)
        assert given.tsne_images == committed["conditional"]["digits"]["tsne_images"]
        return [outcome_of(job) for job in jobs]

    def outcome_of(job):
        seed, is_conditional = job.training.seed, "num_classes" in job.training.configuration
        assert job.measuring.images == 90
        weights = {"": [np.zeros((2, 3)), np.zeros(3)]}
        measured = {
            "metrics": {"fid": float(seed)},
            "pictures": {"plane": np.zeros(2)} if job.measuring.pictures else {},
            **({"confusion": np.eye(2, dtype=np.int64)} if is_conditional else {}),
        }
        trained = {"weights": weights, "history": {"": [{"epoch": 1, "loss": 1.0}]}}
        return Outcome(job, "bb", trained, measured)

    monkeypatch.setattr(conditional, "train_and_measure", train_and_measure)
    conditional.main(parameters_with(CHANGES), **small_stage)
    room, budget = "pipeline.conditional_vae", committed["conditional"]["digits"]
    search = Functions(f"{room}.search:search", f"{room}.measuring:best")
    compare = Functions(f"{room}.training:train", f"{room}.measuring:measure")
    assert calls == [
        ("search digits", search, 2 * budget["trials"]),
        ("conditional digits", compare, 2 * (3 + 14) * (100 // 20)),
    ]
    written = files.read_json(tmp_path / "record.json")
    found = {model: described["search"]["best"] for model, described in written["models"].items()}
    assert found == {model: {**values, "loss": 7.0} for model, values in best.items()}
    assert written["classifier_accuracy"] == 1.0 and written["images"] == 90
    for described in written["models"].values():
        assert (described["parameters"], described["multiplications_per_image"]) == (9, 6)
        assert described["fid"]["values"] == [2.0, 4.0]
    saved = files.read_npz(tmp_path / "models" / "pictures.npz")
    assert set(saved) == {"vae|plane", "conditional_vae|plane", "confusion"}
    assert saved["confusion"].tolist() == [[2, 0], [0, 2]]
    assert files.read_json(tmp_path / "models" / "conditional_vae" / "seed-4" / "config.json")["num_classes"] == 2
    assert (tmp_path / "trials.csv").read_text().splitlines()[1].startswith("vae,0,complete,")
    for model in best:
        assert (tmp_path / "models" / "search" / model / "training.npz").exists()  # so that no search is repeated


@pytest.mark.parametrize(("name", "value"), [("images", 101), ("validation_images", 100)])
def test_a_dataset_must_be_large_enough(parameters_with, small_stage, name, value):
    settings = parameters_with({**CHANGES, f"conditional.digits.{name}": value}).conditional.of("digits")
    with pytest.raises(RuntimeError, match=rf"conditional.digits.{name} must be at most"):
        plan_searches(settings, files.read_npz(small_stage["data"]), "digits", small_stage["models"])
