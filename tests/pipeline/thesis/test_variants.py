"""The stage variants: what each variant trains, what is measured of a model, and the record."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from pipeline import files, variants
from pipeline.experiment.job import Outcome
from pipeline.experiment.training import Training, TrainingData, train
from pipeline.thesis.samplers import sampled_latents
from pipeline.thesis.variants import Labelled, VariantMeasuring, describe, measure, models_of, plan
from tests.pipeline.thesis.test_augmented_sampling import settings

SHAPE = (28, 28, 1)
STUDIED = {network: {"name": f"e0-{network}", "encoder": [16], "decoder": [16]} for network in ("mlp", "cnn")}
DENSE = {"network": "mlp", "betas": [0, 1], "seeds": [3, 5], "steps": 40}
CONVOLUTIONAL = {"network": "cnn", "betas": [0.2], "seeds": [0], "steps": 20}
MODELS = {
    "dense": DENSE,
    "wide": {**DENSE, "betas": [1], "latent_dim": 50},
    "sticks": {**DENSE, "betas": [2], "sticks": 9, "concentration": 5},
    "dense-end": {**CONVOLUTIONAL, "decoder_end": "dense"},
    "other": {**CONVOLUTIONAL, "architecture": "e3-d0", "decoder_end": "convolution"},
}


@pytest.fixture
def parameters(parameters_with):
    changes = {"variants.digits.models": MODELS, "variants.common.periods": 5, "variants.common.cooldown_share": 0.25}
    changes |= {"stick_breaking.common.warmup_share": 0.1, "stick_breaking.common.gradient_clip": 7}
    return parameters_with({**changes, "model.latent_dim": 6, "augmented_sampling.common.scale": 50})


@pytest.fixture
def models(parameters, parts):
    return models_of(parameters.variants.of("digits").models, STUDIED, parts)


@pytest.fixture
def jobs(parameters, models):
    """The planned jobs by their folders."""
    return {str(job.folder): job for job in plan(parameters, "digits", models, SHAPE, Path("m"))}


def test_a_model_is_trained_for_each_beta_and_seed_the_slow_ones_first(jobs):
    names = ["dense-0/seed-3", "dense-0/seed-5", "dense-1/seed-3", "dense-1/seed-5", "wide-1/seed-3", "wide-1/seed-5"]
    names += ["sticks-2/seed-3", "sticks-2/seed-5"]
    assert list(jobs) == [f"m/{name}" for name in ("dense-end-0.2/seed-0", "other-0.2/seed-0", *names)]
    for folder, job in jobs.items():
        assert folder == f"m/{job.model}/seed-{job.training.seed}" and job.measuring.training is job.training
        assert job.measuring.pictures == (job.training.seed in (0, 3))


def test_a_variant_differs_from_the_study_in_what_it_says(jobs, parameters, committed, parts):
    study = {key: value for key, value in committed["training"]["mlp"].items() if key != "precision"}
    training = jobs["m/dense-0/seed-5"].training
    assert (training.seed, training.steps, training.periods, training.period_images) == (5, 40, 5, 0)
    assert training.schedule == {"beta": 0, **study, "cooldown": (30, 40)}
    assert training.configuration == {
        "model": "vae", "image_shape": [28, 28, 1], "network": "mlp", "encoder": [16], "decoder": [16],
        "posterior": {"name": "diagonal_gaussian", "latent_dim": 6}, "likelihood": "squared_error",
        "precision": "float32",
    }  # fmt: skip
    wide = jobs["m/wide-1/seed-3"].training
    assert wide.configuration == {
        **training.configuration, "posterior": {"name": "diagonal_gaussian", "latent_dim": 50},
    }  # fmt: skip
    sticks = jobs["m/sticks-2/seed-3"].training
    posterior = {"name": "stick_breaking", "latent_dim": 9, "concentration": 5}
    assert sticks.configuration == {**training.configuration, "posterior": posterior}
    assert sticks.schedule == {**wide.schedule, "beta": 2, "warmup_steps": 4, "gradient_clip": 7}
    end, other = (jobs[f"m/{name}-0.2/seed-0"] for name in ("dense-end", "other"))
    assert end.training.configuration == {**training.configuration, "network": "thesis_cnn"}
    chosen = parts.cnn.candidate("e3-d0")
    assert other.training.configuration == {
        **training.configuration, "network": "cnn", "encoder": chosen["encoder"], "decoder": chosen["decoder"],
    }  # fmt: skip
    assert other.measuring.sampling == parameters.augmented_sampling.of("digits", "cnn")
    assert other.measuring.neighbours == [3, 5, 10]


@pytest.fixture(scope="module")
def measured(configuration, yardstick, images, alone):
    """A training, its result, and what is measured of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        training = Training(configuration, {"beta": 0.5, "batch_size": 16, "learning_rate": 0.01}, 4, 20, 2)
        trained = train(training, TrainingData(yardstick.x_train), alone)
        measuring = VariantMeasuring(training, settings(images=40), [1, 4], pictures=True)
        labelled = Labelled(yardstick, images[1][:100], images[1][100:])
        return training, trained, measure(measuring, trained, labelled)


def generator_of(training, trained):
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator

    model = build_vae(training.configuration)
    model.set_weights(trained["weights"][""])
    return Generator(model, training.seed)


def test_a_model_is_measured_on_test_images_and_by_each_sampler(measured, yardstick):
    from tfvae.evaluation import fid

    training, trained, found = measured
    metrics, generator = found["metrics"], generator_of(training, trained)
    assert list(metrics) == ["mse", "kl", "loss", "fid_reconstructions", "samplers", "neighbour_error"]
    assert list(metrics["samplers"]) == ["prior", "scaled", "shifted", "shifted_fit", "gaussian", "mixture"]
    scaled = generator.images(100 * generator.prior_latents(40, "augmented sampling"))
    features = yardstick.classifier.extractor()(scaled)[0]
    assert metrics["samplers"]["scaled"]["fid"] == pytest.approx(fid(features, yardstick.features), rel=1e-5)
    assert {"precision", "recall", "coverage", "blank_share"} < metrics["samplers"]["prior"].keys()
    terms = generator.reconstruct(yardstick.x_test).mean_terms()
    assert metrics["loss"] == pytest.approx(terms["distortion"] + 0.5 * terms["kl"])


def test_test_images_are_classified_by_the_latents_of_training_images(measured, yardstick, images):
    training, trained, found = measured
    encoder = generator_of(training, trained).model.encoder
    known, unknown = (encoder(x / np.float32(255)).numpy()[:, :2] for x in (yardstick.x_train, yardstick.x_test))
    for k in (1, 4):
        predicted = KNeighborsClassifier(k).fit(known, images[1][:100]).predict(unknown)
        assert found["metrics"]["neighbour_error"][str(k)] == np.mean(predicted != images[1][100:])


def test_pictures_show_the_first_samples_that_were_measured(measured, yardstick):
    training, trained, found = measured
    generator = generator_of(training, trained)
    latents = sampled_latents(generator, yardstick.x_train, settings(images=40), training.seed)
    assert list(found["pictures"]) == ["prior", "scaled", "mixture"]
    for name, picture in found["pictures"].items():
        assert (picture.shape, picture.dtype) == ((9, *SHAPE), np.uint8)
        np.testing.assert_allclose(picture, 255 * generator.images(latents[name][:9]), atol=0.51)


def test_the_record_tells_what_changes_and_sums_up_over_the_seeds(models, jobs):
    outcomes = [
        Outcome(job, "key", {}, {"metrics": {"mse": float(seed), "samplers": {"prior": {"fid": 2.0 * seed}}}})
        for seed, job in enumerate(jobs.values())
    ]
    record = describe(models, outcomes)
    assert list(record) == ["dense-0", "dense-1", "wide-1", "sticks-2", "dense-end-0.2", "other-0.2"]
    assert {name: record["sticks-2"][name] for name in list(record["sticks-2"])[:12]} == {
        "variant": "sticks", "changes": {"sticks": 9, "concentration": 5}, "network": "mlp", "architecture": "e0-mlp",
        "posterior": "stick_breaking", "likelihood": "squared_error", "beta": 2, "steps": 40, "batch_size": 64,
        "learning_rate": 0.001, "precision": "float32", "seeds": [3, 5],
    }  # fmt: skip
    assert record["dense-1"]["mse"]["values"] == [4.0, 5.0] and record["dense-1"]["changes"] == {}
    assert record["sticks-2"]["samplers"]["prior"]["fid"]["values"] == [16.0, 18.0]
    assert record["dense-end-0.2"]["network"] == "cnn"
    assert record["other-0.2"]["architecture"] == "e3-d0"


def test_the_stage_writes_models_samples_and_the_record(monkeypatch, tmp_path, parameters, images, yardstick):
    picture = np.zeros((9, *SHAPE), np.uint8)

    def train_and_measure(functions, jobs, data, labelled, *, label):
        assert functions == ("pipeline.experiment.training:train", "pipeline.thesis.variants:measure")
        assert label == "variants digits" and data.classifier is None and labelled.yardstick is yardstick
        np.testing.assert_array_equal(data.x_train, images[0])
        np.testing.assert_array_equal(labelled.y_test, images[1])
        measured = [{"metrics": {"mse": 1.0}, "pictures": {"prior": picture} if job.measuring.pictures else {}}
                    for job in jobs]  # fmt: skip
        trained = {"weights": {"": [np.zeros(2)]}, "history": {"": [{"step": 1, "loss": 2.0}]}}
        return [Outcome(job, "key", trained, found) for job, found in zip(jobs, measured, strict=True)]

    monkeypatch.setattr(variants, "train_and_measure", train_and_measure)
    monkeypatch.setattr(variants, "read_yardstick", lambda *_: yardstick)
    monkeypatch.setattr(variants, "load_architectures", lambda *_: parts_of_cnn)
    data = dict.fromkeys(("x_train", "x_test"), images[0]) | dict.fromkeys(("y_train", "y_test"), images[1])
    files.write_npz(tmp_path / "data.npz", data)
    for network, architecture in STUDIED.items():
        files.write_json(tmp_path / f"{network}.json", {"architecture": architecture})
    parts_of_cnn = type("Parts", (), {"cnn": type("Cnn", (), {"candidate": lambda self, name: {
        "name": name, "encoder": [8], "decoder": [8]}})()})  # fmt: skip
    variants.main(
        parameters, dataset="digits", data=tmp_path / "data.npz", classifier=None, mlp=tmp_path / "mlp.json",
        cnn=tmp_path / "cnn.json", architectures=None, models=tmp_path / "models", figure_data=tmp_path / "shown",
        record=tmp_path / "record.json",
    )  # fmt: skip
    record = files.read_json(tmp_path / "record.json")
    assert (record["dataset"], record["scale"], record["components"]) == ("digits", 50, 10)
    names = list(record["models"])
    assert names == ["dense-0", "dense-1", "wide-1", "sticks-2", "dense-end-0.2", "other-0.2"]
    assert set(files.read_npz(tmp_path / "shown" / "samples.npz")) == {f"{name}|prior" for name in names}
    config = files.read_json(tmp_path / "models" / "dense-end-0.2" / "seed-0" / "config.json")
    assert config["network"] == "thesis_cnn" and config["encoder"] == [16]
    assert (tmp_path / "models" / "sticks-2" / "seed-5" / "history.csv").read_text() == "step,loss\n1,2\n"
