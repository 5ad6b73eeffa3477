"""The comparison of a VAE with a conditional one: its measures, recomputed from the weights, and what is written."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import conditional, files
from pipeline.conditional import plan, trials_table
from pipeline.conditional_vae import jobs as conditional_jobs
from pipeline.conditional_vae.models import configuration
from tests.pipeline.kept import Kept

CHOSEN = {"batch_size": 20, "learning_rate": 0.003, "latent_dim": 2, "optimizer": "adam"}


def job_of(**changes):
    return {
        "configuration": configuration((28, 28, 1), [12], 2, "float32", **changes), "proposal": CHOSEN, "epochs": 14,
        "cooldown_share": 0.25, "seed": 1, "pictures": True,
    }  # fmt: skip


@pytest.fixture(scope="module")
def shared(yardstick, images):
    labels = images[1]
    return {
        "yardstick": yardstick, "y_train": labels[:100], "y_test": labels[100:], "images": 80, "tsne_images": 50,
        "classifier": {"steps": 40, "batch_size": 20, "learning_rate": 0.01, "dropout": 0.0},
    }  # fmt: skip


@pytest.fixture(scope="module")
def runs(shared):
    jobs = {"vae": job_of(), "conditional_vae": job_of(num_classes=2)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        return {name: conditional_jobs.run(job, shared, Kept()) for name, job in jobs.items()}


@pytest.fixture(scope="module")
def model(runs):
    from tfvae.models import build_conditional_vae

    model = build_conditional_vae(job_of(num_classes=2)["configuration"])
    model.set_weights(runs["conditional_vae"]["weights"])
    return model


@pytest.fixture(scope="module")
def requested(shared):
    from tfvae.randomness import generator

    return generator(1, "requested labels").permutation(100)[:80]


def test_agreement_is_that_of_the_yardstick_s_classifier(runs, model, shared, requested):
    from pipeline.experiment.measuring import Meter
    from tfvae.sampling.generation import Generator

    labels = shared["y_train"][requested]
    latents = Generator(model.given(0), 1).prior_latents(80, "measured")
    images = np.stack(
        [model.given(int(label)).decode(latent[None])[0] for latent, label in zip(latents, labels, strict=True)]
    )
    meter = Meter(shared["yardstick"])
    received = meter.extract(images)[1].argmax(axis=1)
    metrics = runs["conditional_vae"]["metrics"]
    assert metrics["agreement"] == np.mean(received == labels)
    assert metrics["agreement_per_class"]["1"] == pytest.approx(np.mean(received[labels == 1] == 1))
    assert runs["conditional_vae"]["confusion"][0, 3] == np.sum((labels == 0) & (received == 3))
    assert metrics["fid"] == pytest.approx(meter.distance(images), rel=1e-3)


def test_losses_are_those_of_the_test_images_with_their_labels(runs, model, shared):
    from tfvae import randomness

    noise = model.posterior.noise(60, randomness.key(1, "posterior", 0))
    pixels, labels = shared["yardstick"].x_test.astype(np.float32) / 255, shared["y_test"].astype(np.int32)
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


def test_an_interrupted_training_ends_with_the_same_bytes(one_process, runs, shared):
    progress = Kept()
    job = {**job_of(num_classes=2), "pictures": False}
    conditional_jobs.run(job, shared, progress)
    resumed = Kept(progress.kept[1])
    result = conditional_jobs.run(job, shared, resumed)
    assert resumed.done == job["epochs"] and result["history"] == runs["conditional_vae"]["history"]
    assert result["metrics"] == runs["conditional_vae"]["metrics"]


def test_both_models_are_trained_alike(parameters_with):
    settings = parameters_with({"conditional.common.seeds": [4, 7]}).conditional.of("usps")
    jobs = plan(settings, (16, 16, 1), 10, {**CHOSEN, "losses": [1.0], "state": "complete", "trial": 3})
    assert [(job["seed"], job["model"]) for job in jobs] == [
        (seed, model) for seed in (4, 7) for model in ("vae", "conditional_vae")
    ]
    for job in jobs:
        assert job["proposal"] == {name: CHOSEN[name] for name in ("batch_size", "learning_rate", "optimizer")}
        units = [128, 64] if job["model"] == "vae" else [400]
        assert job["configuration"]["encoder"] == units == job["configuration"]["decoder"][::-1]
        assert job["configuration"].get("num_classes") == (None if job["model"] == "vae" else 10)
        assert job["configuration"]["posterior"] == {"name": "diagonal_gaussian", "latent_dim": 2}


ROWS = [
    {"trial": 0, "state": "complete", "losses": [9.0, 7.0], **CHOSEN},
    {"trial": 1, "state": "pruned", "losses": [9.5], **CHOSEN},
    {"trial": 2, "state": "diverged", "losses": [], **CHOSEN},
]


def test_trials_as_a_table():
    table = trials_table(ROWS)
    assert list(table["epochs"]) == [2, 1, 0] and list(table["loss"][:2]) == [7.0, 9.5] and np.isnan(table["loss"][2])
    assert set(table) == {"trial", "state", "epochs", "loss", *CHOSEN}


def test_the_stage_searches_then_compares(monkeypatch, tmp_path, parameters_with, committed, yardstick, images):
    steps = []

    def run_resumable(function, jobs, given, *, amounts, label, unit):
        steps.append((function, label, unit, sum(amounts)))
        if unit == "trial":
            assert jobs[0]["space"] == committed["conditional"]["common"]["space"] and jobs[0]["seed"] == 2
            assert set(given) == {"x_train", "y_train", "validation_images"}
            return [ROWS]
        common = committed["train_fid_classifier"]["common"]
        assert given["classifier"] == {"steps": 400} | {n: v for n, v in common.items() if n != "seed"}
        assert given["yardstick"].fid_mean_image == 4.0 and given["images"] == 90
        return [
            {
                "weights": [np.zeros((2, 3)), np.zeros(3)],
                "history": [{"epoch": 1, "loss": 1.0}],
                "metrics": {"fid": float(job["seed"])},
                "pictures": {"plane": np.zeros(2)} if job["pictures"] else {},
                **({"confusion": np.eye(2, dtype=np.int64)} if job["model"] != "vae" else {}),
            }
            for job in jobs
        ]

    monkeypatch.setattr(conditional, "run_resumable", run_resumable)
    pictures, labels = images
    arrays = {"x_train": pictures[:100], "y_train": labels[:100], "x_test": pictures[100:], "y_test": labels[100:]}
    files.write_npz(tmp_path / "data.npz", arrays)
    files.write_json(tmp_path / "c" / "config.json", yardstick.classifier)
    files.write_weights(tmp_path / "c" / "weights.npz", yardstick.classifier_weights)
    reference = {"features": yardstick.features, "labels": labels[100:], "fid_mean_image": np.float64(4)}
    files.write_npz(tmp_path / "c" / "reference.npz", reference)
    arguments = SimpleNamespace(
        dataset="digits", data=tmp_path / "data.npz", classifier=tmp_path / "c", models=tmp_path / "models",
        trials=tmp_path / "trials.csv", record=tmp_path / "record.json",
    )  # fmt: skip
    section = "conditional.digits"
    changes = {"conditional.common.seeds": [2, 4], f"{section}.images": 90, f"{section}.validation_images": 20}
    conditional.main(parameters_with(changes), arguments)
    budget = committed["conditional"]["digits"]
    assert steps == [
        ("pipeline.conditional_vae.search:search", "search digits", "trial", budget["trials"]),
        ("pipeline.conditional_vae.jobs:run", "conditional digits", "epoch", 4 * budget["epochs"]),
    ]
    written = files.read_json(tmp_path / "record.json")
    assert written["search"] == {
        "trials": 3, "pruned": 1, "epochs": budget["search_epochs"], "best": {**CHOSEN, "loss": 7.0},
    }  # fmt: skip
    assert written["classifier_accuracy"] == 1.0 and written["images"] == 90
    for described in written["models"].values():
        assert (described["parameters"], described["multiplications_per_image"]) == (9, 6)
        assert described["fid"]["values"] == [2.0, 4.0]
    saved = files.read_npz(tmp_path / "models" / "pictures.npz")
    assert set(saved) == {"vae|plane", "conditional_vae|plane", "confusion"}
    assert saved["confusion"].tolist() == [[2, 0], [0, 2]]
    assert files.read_json(tmp_path / "models" / "conditional_vae" / "seed-4" / "config.json")["num_classes"] == 2
    assert (tmp_path / "trials.csv").read_text().splitlines()[1].startswith("0,complete,")
    for name, value in (("images", 101), ("validation_images", 100)):
        with pytest.raises(RuntimeError, match=rf"conditional.digits.{name} must be at most"):
            conditional.main(parameters_with({**changes, f"{section}.{name}": value}), arguments)
