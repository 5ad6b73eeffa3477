"""What is trained, what its latents are measured by, and what the stage writes."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import silhouette_score
from sklearn.neighbors import KNeighborsClassifier

from pipeline import files, latent_analysis
from pipeline.latent_analysis import plan, record
from pipeline.latent_spaces import jobs as latent_jobs
from pipeline.latent_spaces.models import LAYERS
from tests.pipeline.kept import Kept

DENSE = {"network": "leaky_mlp", "encoder": [12], "decoder": [12]}
TRAINING = {"epochs": 3, "batch_size": 20, "learning_rate": 0.003, "cooldown_share": 0.5}


def job_of(model, posterior="diagonal_gaussian", **changes):
    configuration = {
        "image_shape": [28, 28, 1], **DENSE, "posterior": {"name": posterior, "latent_dim": 2},
        "likelihood": "bernoulli", "precision": "float32",
    }  # fmt: skip
    return {
        "model": model,
        "configuration": configuration,
        "training": TRAINING,
        "seed": 1,
        "pictures": False,
    } | changes


@pytest.fixture(scope="module")
def shared(images):
    pictures, labels = images
    return {
        "x_train": pictures[:100], "y_train": labels[:100], "x_test": pictures[100:], "y_test": labels[100:],
        "validation_images": 20, "probe_images": 90, "tsne_images": 50, "neighbours": [3], "importance_samples": 4,
    }  # fmt: skip


@pytest.fixture
def settings(parameters_with):
    changes = {f"latent_analysis.mnist.{kind}.seeds": [4, 7] for kind in ("dense", "convolutional", "binary")}
    return parameters_with(changes).latent_analysis.of("mnist")


def test_three_models_and_the_binarised_are_trained_on_every_seed(settings, committed):
    jobs = plan(settings, (28, 28, 1))
    assert sorted((job["model"], job["seed"]) for job in jobs) == sorted((m, seed) for m in LAYERS for seed in (4, 7))
    assert [job["model"] for job in jobs[:2]] == ["conv_vae", "conv_vae"]  # the longest come first
    assert {job["seed"] for job in jobs if job["pictures"]} == {4}
    budgets = committed["latent_analysis"]["mnist"]
    for job in jobs:
        kind = {"conv_vae": "convolutional", "binary_vae": "binary"}.get(job["model"], "dense")
        found = {**job["training"], "precision": job["configuration"]["precision"], "seeds": budgets[kind]["seeds"]}
        assert found == budgets[kind]
        posterior = job["configuration"]["posterior"]
        assert posterior["name"] == ("point" if job["model"] == "auto_encoder" else "diagonal_gaussian")
        assert posterior["latent_dim"] == (40 if job["model"] == "binary_vae" else 10)
        assert job["configuration"]["likelihood"] == "bernoulli"


@pytest.fixture(scope="module")
def runs(shared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        return {
            "vae": latent_jobs.run(job_of("vae", pictures=True), shared, Kept()),
            "auto_encoder": latent_jobs.run(job_of("auto_encoder", "point"), shared, Kept()),
        }


def model_of(run, posterior="diagonal_gaussian"):
    from tfvae.models import build_vae

    model = build_vae(job_of("vae", posterior)["configuration"])
    model.set_weights(run["weights"])
    return model


@pytest.mark.parametrize(("name", "posterior"), [("vae", "diagonal_gaussian"), ("auto_encoder", "point")])
def test_metrics_are_those_of_the_posterior_means(runs, shared, name, posterior):
    metrics, model = runs[name]["metrics"], model_of(runs[name], posterior)
    parameters = model.encoder(shared["x_test"].astype(np.float32) / 255).numpy()
    means = parameters[:, :2]
    assert metrics["silhouette"] == pytest.approx(silhouette_score(means, shared["y_test"]), rel=1e-3)
    assert np.mean(list(metrics["silhouette_per_class"].values())) == pytest.approx(metrics["silhouette"], rel=1e-4)
    errors = [
        KNeighborsClassifier(3).fit(np.delete(means, i, 0), np.delete(shared["y_test"], i)).predict(means[i : i + 1])[0]
        != shared["y_test"][i]
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


def test_history_follows_the_held_out_images(runs, shared):
    from tfvae import randomness

    history, metrics = runs["vae"]["history"], runs["vae"]["metrics"]
    assert [row["epoch"] for row in history] == [1, 2, 3]
    model = model_of(runs["vae"])
    noise = model.posterior.noise(20, randomness.key(1, "validation 3", 0))
    terms = [float(np.mean(term)) for term in model.loss_terms(shared["x_train"][80:].astype(np.float32) / 255, noise)]
    assert [metrics[f"validation_{name}"] for name in ("distortion", "kl")] == pytest.approx(terms, rel=1e-4)
    assert metrics["validation_loss"] == history[-1]["validation_loss"] == pytest.approx(sum(terms), rel=1e-4)
    assert history[-1]["validation_loss"] < history[0]["validation_loss"]


def test_an_interrupted_training_ends_with_the_same_bytes(one_process, runs, shared):
    progress = Kept()
    latent_jobs.run(job_of("vae"), shared, progress)
    resumed = Kept(progress.kept[0])
    result = latent_jobs.run(job_of("vae"), shared, resumed)
    assert resumed.done == 3 and result["history"] == runs["vae"]["history"]
    assert all(np.array_equal(one, two) for one, two in zip(result["weights"], runs["vae"]["weights"], strict=True))


def test_pictures_show_what_they_say(runs, shared):
    pictures, model = runs["vae"]["pictures"], model_of(runs["vae"])
    means = model.encoder(shared["x_test"].astype(np.float32) / 255).numpy()[:, :2]
    centroids = np.stack([means[shared["y_test"] == label].mean(axis=0) for label in (0, 1)])
    for name, latents in (("reconstructions", means[:10]), ("centroids", centroids)):
        np.testing.assert_allclose(pictures[name], 255 * model.decode(latents).numpy(), atol=0.51)
    assert pictures["traversals"].shape == (2, 9, 28, 28, 1) and pictures["samples"].shape == (10, 28, 28, 1)
    assert pictures["plane"].shape == (50, 2) and len(np.unique(pictures["plane"], axis=0)) == 50
    assert pictures["silhouettes"].mean() == pytest.approx(runs["vae"]["metrics"]["silhouette"], rel=1e-4)
    np.testing.assert_array_equal(pictures["originals"], shared["x_test"][:10])


def test_the_binarised_model_sees_binary_images_alone(one_process, shared, monkeypatch):
    from tfvae.training import loop

    class Recorder(loop.Trainer):
        def __init__(self, model, pictures, *arguments):
            assert set(np.unique(pictures)) == {0, 255} and len(pictures) == 80
            assert abs(pictures.mean() - shared["x_train"][:80].mean()) < 1
            super().__init__(model, pictures, *arguments)

    monkeypatch.setattr(loop, "Trainer", Recorder)
    metrics = latent_jobs.run(job_of("binary_vae"), shared, Kept())["metrics"]
    assert set(metrics) == {"negative_log_likelihood", "negative_elbo"}
    # Of several samples the estimate is the larger one, by Jensen's inequality for every image.
    assert 0 < metrics["negative_log_likelihood"] < metrics["negative_elbo"] < 784 * np.log(2)


def test_the_stage_writes_models_pictures_and_a_record(monkeypatch, tmp_path, parameters_with, shared):
    def run_resumable(function, jobs, given, *, amounts, label, unit):
        assert (function, label, unit) == ("pipeline.latent_spaces.jobs:run", "latents digits", "epoch")
        assert amounts == [job["training"]["epochs"] for job in jobs]
        assert given["validation_images"] == 20 and given["neighbours"] == [3, 5, 10]
        return [
            {
                "weights": [np.zeros((2, 3)), np.zeros(3)],
                "history": [{"epoch": 1, "loss": 9.0}, {"epoch": 2, "loss": 1.0 + job["seed"]}],
                "metrics": {"silhouette": float(job["seed"]), "neighbour_error": {"3": 0.5}},
                "pictures": {"plane": np.full(2, job["seed"])} if job["pictures"] else {},
            }
            for job in jobs
        ]

    monkeypatch.setattr(latent_analysis, "run_resumable", run_resumable)
    files.write_npz(tmp_path / "data.npz", {name: shared[name] for name in ("x_train", "y_train", "x_test", "y_test")})
    arguments = SimpleNamespace(
        dataset="digits", data=tmp_path / "data.npz", models=tmp_path / "models", record=tmp_path / "record.json"
    )
    changes = {f"latent_analysis.digits.{kind}.seeds": [2, 4] for kind in ("dense", "convolutional", "binary")}
    changes["latent_analysis.digits.validation_images"] = 20
    latent_analysis.main(parameters_with(changes), arguments)
    written = files.read_json(tmp_path / "record.json")
    assert list(written["models"]) == ["auto_encoder", "vae", "conv_vae"]
    for described in (*written["models"].values(), written["likelihood"]):
        assert described["parameters"] == 9 and described["seeds"] == [2, 4]
        assert described["silhouette"] == {"mean": 3.0, "sd": pytest.approx(2**0.5), "n": 2, "values": [2.0, 4.0]}
        assert described["neighbour_error"]["3"]["mean"] == 0.5
        assert described["training_loss"]["values"] == [3.0, 5.0]  # of the last epoch
    assert written["likelihood"]["importance_samples"] == 200
    pictures = files.read_npz(tmp_path / "models" / "pictures.npz")
    assert set(pictures) == {f"{model}|plane" for model in LAYERS} and set(pictures["vae|plane"]) == {2}
    folder = tmp_path / "models" / "conv_vae" / "seed-4"
    assert len(files.read_weights(folder / "weights.npz")) == 2
    assert files.read_json(folder / "config.json")["network"] == "leaky_cnn"
    with pytest.raises(RuntimeError, match=r"latent_analysis.digits.validation_images must leave .* 100 of 100"):
        latent_analysis.main(parameters_with({**changes, "latent_analysis.digits.validation_images": 100}), arguments)


def test_a_record_keeps_the_training_of_each_model(settings):
    jobs = plan(settings, (28, 28, 1))
    results = [
        {"weights": [np.zeros(5)], "history": [{"epoch": 1, "loss": 1.0}], "metrics": {"silhouette": 0.5}} for _ in jobs
    ]
    models = record(jobs, results, 200)["models"]
    for name, kind in (("auto_encoder", "dense"), ("conv_vae", "convolutional")):
        budget = getattr(settings, kind).model_dump()
        assert {key: models[name][key] for key in budget} == budget and models[name]["latent_dim"] == 10
