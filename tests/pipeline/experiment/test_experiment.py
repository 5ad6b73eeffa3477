"""One experiment: its plain data, its measurements against direct evaluation, what it returns and what is written."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from pipeline.experiment.configuration import configure, cooldown, schedule
from pipeline.experiment.job import Outcome
from pipeline.experiment.measuring import FINAL_METRICS, Measuring, Meter, measure
from pipeline.experiment.models import read_yardstick
from pipeline.experiment.summaries import summarize_metrics
from pipeline.experiment.training import Training, TrainingData, train
from tests.pipeline.model_folders import write_classifier
from tfvae.images import to_bytes

SHAPE = (28, 28, 1)
ARCHITECTURE = {"name": "a-b", "encoder": [20, 10], "decoder": [10, 20]}


@pytest.fixture
def plan(configuration):
    """A short training."""
    values = {"beta": 2, "batch_size": 16, "learning_rate": 0.01, "xla": False}
    return Training(configuration, values, seed=5, steps=8, periods=4, period_images=20)


def test_a_configuration_holds_the_parameters(parameters_with):
    parameters = parameters_with(
        {"model.latent_dim": 7, "model.likelihood": "bernoulli", "training.cnn.precision": "float32"}
    )
    assert configure(parameters, "cnn", ARCHITECTURE, (28, 28, 1)) == {
        "model": "vae",
        "image_shape": [28, 28, 1],
        "network": "cnn",
        "encoder": [20, 10],
        "decoder": [10, 20],
        "posterior": {"name": "diagonal_gaussian", "latent_dim": 7},
        "likelihood": "bernoulli",
        "precision": "float32",
    }


def test_a_configuration_can_be_changed(parameters_with):
    posterior = {"name": "stick_breaking", "latent_dim": 3, "concentration": 5}
    changed = configure(parameters_with({}), "mlp", ARCHITECTURE, SHAPE, posterior=posterior, precision="bfloat16")
    assert changed["posterior"] == posterior and changed["precision"] == "bfloat16" and changed["network"] == "mlp"


def test_a_schedule_holds_the_training_of_its_network(parameters_with, committed):
    values = schedule(parameters_with({"training.cnn.batch_size": 32}), "cnn", 0.2, warmup_steps=3)
    training = {key: value for key, value in committed["training"]["cnn"].items() if key != "precision"}
    assert values == {"beta": 0.2, **training, "batch_size": 32, "warmup_steps": 3}


def test_images_become_bytes_by_rounding():
    values = np.array([0.0, 1.0, 0.5, 0.25, 100 / 255, 0.49999 / 255], np.float32)
    assert to_bytes(values).tolist() == [0, 255, 128, 64, 100, 0]
    assert to_bytes(values).dtype == np.uint8
    every = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_bytes(every.astype(np.float32) / 255.0), every)


def test_metrics_are_summarized_over_seeds():
    metrics = [{"fid": fid, "kl": 1.0, "mean_latent": [0.0]} for fid in (1.0, 2.0, 6.0)]
    results = [Outcome(None, "key", {}, {"metrics": values}) for values in metrics]
    summary = summarize_metrics(results, ("fid", "kl"))
    assert summary["fid"] == {"mean": 3.0, "sd": pytest.approx(7.0**0.5), "n": 3, "values": [1.0, 2.0, 6.0]}
    assert summary["kl"]["sd"] == 0.0 and list(summary) == ["fid", "kl"]
    assert summarize_metrics(results[:1], ("fid",))["fid"] == {"mean": 1.0, "sd": None, "n": 1, "values": [1.0]}


def test_a_yardstick_is_read_from_what_earlier_stages_wrote(tmp_path, yardstick):
    write_classifier(tmp_path / "c", yardstick)
    read = read_yardstick({"x_train": yardstick.x_train, "x_test": yardstick.x_test}, tmp_path / "c")
    for name in ("x_train", "x_test", "features", "labels"):
        np.testing.assert_array_equal(getattr(read, name), getattr(yardstick, name))
    assert read.classifier.configuration == yardstick.classifier.configuration and read.fid_mean_image == 4.0
    for old, new in zip(yardstick.classifier.weights, read.classifier.weights, strict=True):
        np.testing.assert_array_equal(old, new)


def relu(x):
    return np.maximum(x, 0)


def convolved(x, kernel, bias):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nhwcij,ijco->nhwo", windows, kernel) + bias


def pooled(x):
    n, h, w, c = x.shape
    return x[:, : h // 2 * 2, : w // 2 * 2].reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))


def evaluated(weights, images):
    """Return features and probabilities of the classifier, computed here in NumPy from its weights."""
    k1, b1, k2, b2, w3, b3, w4, b4 = (weight.astype(np.float64) for weight in weights)
    hidden = pooled(relu(convolved(pooled(relu(convolved(images, k1, b1))), k2, b2)))
    features = relu(hidden.reshape(len(images), -1) @ w3 + b3)
    logits = features @ w4 + b4
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return features, exponentials / exponentials.sum(axis=1, keepdims=True)


def frechet(a, b):
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # The product of two covariances has eigenvalues >= 0, whose roots are those of its root.
    roots = np.sqrt(np.clip(np.linalg.eigvals(first @ second).real, 0, None))
    return np.square(a.mean(axis=0) - b.mean(axis=0)).sum() + np.trace(first + second) - 2 * roots.sum()


def kernel_distance(a, b):
    def kernel(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    n, m = len(a), len(b)
    within = (kernel(a, a).sum() - np.trace(kernel(a, a))) / (n * (n - 1))
    other = (kernel(b, b).sum() - np.trace(kernel(b, b))) / (m * (m - 1))
    return within + other - 2 * kernel(a, b).mean()


def test_a_meter_agrees_with_direct_evaluation(yardstick):
    images = np.random.default_rng(1).random((40, *SHAPE)).astype(np.float32)
    features, probabilities = evaluated(yardstick.classifier.weights, images)
    real, _ = evaluated(yardstick.classifier.weights, yardstick.x_test / 255.0)
    np.testing.assert_allclose(real, yardstick.features, atol=1e-4)
    meter = Meter(yardstick)
    measured = meter.final(images)
    gaps = np.abs(
        np.bincount(probabilities.argmax(axis=1), minlength=5) / 40 - np.bincount(yardstick.labels, minlength=5) / 60
    )
    distance = frechet(features, real)
    marginal = probabilities.mean(axis=0)
    assert gaps.sum() > 0.1 and marginal.max() < 0.95
    divergence = (probabilities * (np.log(probabilities) - np.log(marginal))).sum(axis=1).mean()
    assert measured == {
        "fid": pytest.approx(distance, rel=1e-3),
        "tvd": pytest.approx(gaps.sum() / 2),
        "max_class_gap": pytest.approx(gaps.max()),
        "fid_relative": pytest.approx(distance / 4.0, rel=1e-3),
        "kid": pytest.approx(kernel_distance(features, real), rel=1e-3),
        "inception_score": pytest.approx(np.exp(divergence), rel=1e-4),
    }
    followed = meter.progress(images)
    assert followed == {name: measured[name] for name in ("fid", "tvd", "max_class_gap")}
    assert meter.distance(images) == measured["fid"]


def test_a_meter_finds_no_distance_from_the_test_images_to_themselves(yardstick):
    measured = Meter(yardstick).final(yardstick.x_test.astype(np.float32) / np.float32(255.0))
    assert measured["fid"] == pytest.approx(0, abs=1e-3) and measured["tvd"] == measured["max_class_gap"] == 0


def trained_and_measured(training, measuring, yardstick, progress):
    trained = train(training, TrainingData(yardstick.x_train, yardstick.classifier), progress)
    return {**trained, **measure(measuring, trained, yardstick), "weights": trained["weights"][""]}


@pytest.fixture(scope="module")
def trained(configuration, yardstick, alone):
    """A short training and what it and its measuring return."""
    values = {"beta": 2, "batch_size": 16, "learning_rate": 0.01}
    plan = Training(configuration, values, seed=5, steps=8, periods=4, period_images=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        measuring = Measuring(plan, images=30, noise_repeats=3, pictures=True)
        return plan, trained_and_measured(plan, measuring, yardstick, alone)


def test_an_experiment_returns_its_history(trained):
    _, result = trained
    history = pd.DataFrame(result["history"][""])
    assert list(history) == ["step", "loss", "distortion", "kl", "fid", "tvd", "max_class_gap"]
    assert history["step"].tolist() == [2, 4, 6, 8]
    np.testing.assert_allclose(history["loss"], history["distortion"] + 2 * history["kl"], rtol=1e-6)
    assert np.isfinite(history.to_numpy()).all()
    last = history.iloc[-1]
    for name in ("fid", "tvd", "max_class_gap"):
        assert result["metrics"][name] == last[name]


def test_an_experiment_measures_its_model(trained, yardstick):
    """Weights and seed are enough to find again all that is measured."""
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator

    plan, result = trained
    model = build_vae(plan.configuration)
    model.set_weights(result["weights"])
    generator, meter, metrics = Generator(model, plan.seed), Meter(yardstick), result["metrics"]
    assert set(metrics) == {*FINAL_METRICS, "max_class_gap_without_class_zero", "mean_latent"}
    images = generator.images(generator.prior_latents(30, "period 4"))
    assert meter.final(images)["fid"] == pytest.approx(metrics["fid"])
    latents = generator.posterior_latents(yardstick.x_test)
    rebuilt = generator.images(latents).astype(np.float64)
    errors = np.square(rebuilt - yardstick.x_test / 255.0).sum(axis=(1, 2, 3))
    assert metrics["mse"] == pytest.approx(errors.mean(), rel=1e-5)
    assert metrics["fid_reconstructions"] == pytest.approx(meter.distance(rebuilt.astype(np.float32)), rel=1e-4)
    np.testing.assert_allclose(metrics["mean_latent"], latents.mean(axis=0), rtol=1e-4, atol=1e-6)
    # The KL divergence in its closed form, from the encoder's own output.
    encoded = model.encoder(yardstick.x_test / np.float32(255.0)).numpy().astype(np.float64)
    mean, log_variance = encoded[:, :2], encoded[:, 2:]
    kl = 0.5 * (np.square(mean) + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean()
    assert metrics["kl"] == pytest.approx(kl, rel=1e-4)
    # Of one channel the distortion is the squared error itself.
    assert metrics["loss"] == pytest.approx(errors.mean() + 2 * kl, rel=1e-4)


def test_the_gap_of_the_thesis_leaves_out_the_class_that_the_classifier_calls_zero(trained, yardstick, one_process):
    """All images of the model are read as class 1: the largest gap is left out where 0 and 1 are swapped."""
    plan, result = trained
    swapped, (*first, last, bias) = np.array([1, 0, 2, 3, 4]), yardstick.classifier.weights
    classifier = replace(yardstick.classifier, weights=[*first, last[:, swapped], bias[swapped]])
    other = replace(yardstick, classifier=classifier, labels=swapped[yardstick.labels])
    model = {"weights": {"": result["weights"]}, "history": {"": []}}
    metrics = measure(Measuring(plan, images=30), model, other)["metrics"]
    shares = np.bincount(yardstick.labels, minlength=5) / len(yardstick.labels)
    gaps = np.abs(np.eye(5)[1] - shares)
    for found, expected in ((result["metrics"], gaps[1:].max()), (metrics, np.delete(gaps, 1).max())):
        assert found["max_class_gap"] == pytest.approx(gaps.max())
        assert found["max_class_gap_without_class_zero"] == pytest.approx(expected)
    assert np.delete(gaps, 1).max() < gaps.max()


def test_an_experiment_tells_the_noise_of_its_metrics(trained):
    _, result = trained
    assert set(result["noise_sd"]) == {"fid", "tvd"} and result["noise_sd"]["fid"] > 0


def test_an_experiment_returns_pictures(trained, yardstick):
    samples = trained[1]["pictures"]
    assert {name: array.shape for name, array in samples.items()} == {
        "scales": (7,), "frames": (7, 9, *SHAPE), "originals": (10, *SHAPE), "reconstructions": (10, *SHAPE),
    }  # fmt: skip
    assert {array.dtype for name, array in samples.items() if name != "scales"} == {np.dtype(np.uint8)}
    np.testing.assert_array_equal(samples["originals"], yardstick.x_test[:10])


def test_frames_are_the_same_latents_scaled(trained):
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator

    plan, result = trained
    samples, model = result["pictures"], build_vae(plan.configuration)
    assert samples["scales"][0] == 1 and (np.diff(samples["scales"]) > 0).all() and samples["scales"][-1] == 100
    model.set_weights(result["weights"])
    latents = Generator(model, plan.seed).prior_latents(9, "pictures")
    for scale, frame in zip(samples["scales"], samples["frames"], strict=True):
        expected = model.decode(np.float32(scale) * latents).numpy() * 255
        np.testing.assert_allclose(frame, expected, atol=0.51)  # rounding may go either way at a half


def test_the_same_training_gives_the_same_result(trained, yardstick, one_process, alone):
    plan, result = trained
    again = trained_and_measured(plan, Measuring(plan, images=30), yardstick, alone)
    assert "pictures" not in again and "noise_sd" not in again
    assert again["metrics"].pop("mean_latent") == pytest.approx(result["metrics"]["mean_latent"], rel=1e-4)
    assert again["metrics"] == pytest.approx({name: result["metrics"][name] for name in again["metrics"]}, rel=1e-4)
    other = replace(plan, seed=6)
    metrics = trained_and_measured(other, Measuring(other, images=30), yardstick, alone)["metrics"]
    assert metrics["loss"] != pytest.approx(result["metrics"]["loss"], rel=1e-4)


def test_followed_metrics_are_those_of_the_images_of_each_period(trained, yardstick, one_process, alone):
    """A training that ends after the first period generates the same images there; they are measured directly."""
    from tfvae.models.registry import build_model
    from tfvae.sampling.generation import Generator

    plan, result = trained
    short = replace(plan, steps=2, periods=1)
    model = build_model(plan.configuration)
    model.set_weights(train(short, TrainingData(yardstick.x_train), alone)["weights"][""])
    generator = Generator(model, plan.seed)
    metrics = Meter(yardstick).progress(generator.images(generator.prior_latents(20, "period 1")))
    assert {name: result["history"][""][0][name] for name in metrics} == pytest.approx(metrics, rel=1e-4)


def test_a_training_goes_on_to_the_byte_where_it_was_interrupted(trained, yardstick, one_process, interrupted):
    plan, _ = trained
    data = TrainingData(yardstick.x_train, yardstick.classifier)
    whole, _ = interrupted(train, plan, data)
    again = train(plan, data, Recording())
    assert Recording.last == [2, 4, 6, 8]
    assert [weight.tobytes() for weight in again["weights"][""]] == [
        weight.tobytes() for weight in whole["weights"][""]
    ]
    for one, two in zip(again["history"][""], whole["history"][""], strict=True):
        assert one.keys() == two.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], two[name])


class Recording:
    """Progress that notes what it is told, and keeps nothing."""

    last: ClassVar = []

    def __init__(self):
        type(self).last = []

    def report(self, amount):
        self.last.append((self.last or [0])[-1] + amount)

    def resume(self):
        return None

    def keep(self, state):
        pass


@pytest.mark.parametrize(("steps", "share", "expected"), [
    (1000, 0.3, (700, 1000)), (1000, 0, None), (7, 0.5, (4, 7)), (23425, 0.5, (11712, 23425)), (10, 1, (0, 10)),
])  # fmt: skip
def test_the_learning_rate_falls_over_the_last_share_of_the_steps(steps, share, expected):
    assert cooldown(steps, share) == expected
