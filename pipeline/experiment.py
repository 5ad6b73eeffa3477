"""One experiment: train a VAE, measure it at the end of each period and once more at the end. Values in, values out.

What needs TensorFlow is imported inside the functions that run in worker processes; the stage itself starts without.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import stage
from pipeline.configuration import to_bytes
from tfvae.evaluation.frechet import fid
from tfvae.evaluation.inception import inception_score
from tfvae.evaluation.kernel_distance import kid
from tfvae.evaluation.summaries import summarize
from tfvae.evaluation.total_variation import max_class_gap, total_variation_distance
from tfvae.training.jobs import report, run_jobs

FOLLOWED_METRICS = ("fid", "tvd", "max_class_gap")
FINAL_METRICS = (
    "fid",
    "fid_relative",
    "kid",
    "tvd",
    "max_class_gap",
    "inception_score",
    "mse",
    "kl",
    "loss",
    "fid_reconstructions",
)
SHOWN_SAMPLES, SHOWN_RECONSTRUCTIONS, SHOWN_SCALE = 9, 10, 100.0


@dataclass(frozen=True)
class Experiment:
    """A model to train, and what to measure of it.

    Args:
        configuration: see `tfvae.models.vae.build_vae`.
        schedule: arguments of `tfvae.training.loop.Schedule`.
        seed: keys everything that is drawn.
        steps: of training, a multiple of `periods`.
        periods: times the model is measured.
        period_images: images generated at the end of each period but the last.
        images: images generated at the end.
        noise_repeats: times the end's FID and TVD are measured again on `period_images` newly generated images.
        samples: whether pictures for the figures are wanted.
    """

    configuration: Mapping[str, Any]
    schedule: Mapping[str, Any]
    seed: int
    steps: int
    periods: int
    period_images: int
    images: int
    noise_repeats: int = 0
    samples: bool = False


@dataclass(frozen=True)
class Yardstick:
    """Data to train and measure on, with the classifier that measures and its verdict on the test images."""

    x_train: np.ndarray
    x_test: np.ndarray
    classifier: Mapping[str, Any]
    classifier_weights: Sequence[np.ndarray]
    features: np.ndarray
    labels: np.ndarray
    fid_mean_image: float


def read_yardstick(data: Path, classifier: Path, classifier_record: Path) -> Yardstick:
    """Return what the stages `download` and `train-fid-classifier` made for one dataset."""
    arrays, reference = stage.read_npz(data), stage.read_npz(classifier / "reference.npz")
    return Yardstick(
        x_train=arrays["x_train"],
        x_test=arrays["x_test"],
        classifier=stage.read_json(classifier / "config.json"),
        classifier_weights=stage.read_weights(classifier / "weights.npz"),
        features=reference["features"],
        labels=reference["labels"],
        fid_mean_image=stage.read_json(classifier_record)["fid_mean_image"],
    )


def run_all(experiments: Sequence[Experiment], yardstick: Yardstick, label: str) -> list[dict[str, Any]]:
    """Return the results (see `run`) of experiments that are trained side by side."""
    if any(experiment.configuration["precision"] == "bfloat16" for experiment in experiments):
        _warn_of_emulation()
    steps = sum(experiment.steps for experiment in experiments)
    return run_jobs("pipeline.experiment:run", experiments, yardstick, steps, label, "step")


def run(experiment: Experiment, yardstick: Yardstick) -> dict[str, Any]:
    """Train one model.

    Returns:
        "weights", "history" (a row per period), "metrics" at the end, "noise_sd" (of FID and TVD, if asked for), and
        "samples" (arrays, if asked for).
    """
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    model = build_vae(experiment.configuration, experiment.seed)
    trainer = Trainer(model, yardstick.x_train, schedule_of(experiment.schedule), experiment.seed)
    generator, meter = Generator(model, experiment.seed), Meter(yardstick)
    history: list[dict[str, float]] = []
    period_steps = experiment.steps // experiment.periods
    for period in range(1, experiment.periods + 1):
        terms = trainer.run(period_steps)
        last = period == experiment.periods
        count = experiment.images if last else experiment.period_images
        images = generator.images(generator.prior_latents(count, f"period {period}"))
        measured = meter.final(images) if last else meter.progress(images)
        history.append({"step": trainer.step, **terms, **{name: measured[name] for name in FOLLOWED_METRICS}})
        report(period_steps)
    result = {
        "weights": model.get_weights(),
        "history": history,
        "metrics": {**measured, **_on_test_images(generator, meter, yardstick, experiment.schedule["beta"])},
    }
    if experiment.noise_repeats:
        result["noise_sd"] = _generation_noise(generator, meter, experiment)
    if experiment.samples:
        result["samples"] = _pictures(generator, yardstick)
    return result


class Meter:
    """Measures images against the test images through the classifier."""

    def __init__(self, yardstick: Yardstick) -> None:
        from tfvae.networks.classifier import FeatureExtractor, classifier

        network = classifier(**yardstick.classifier)
        network.set_weights(yardstick.classifier_weights)
        self.yardstick, self.extract = yardstick, FeatureExtractor(network)
        self.num_classes = yardstick.classifier["num_classes"]

    def progress(self, images: np.ndarray) -> dict[str, float]:
        """Return the metrics that are followed over the periods, of generated images (N, H, W, C) in [0, 1]."""
        return self._followed(*self.extract(images))

    def final(self, images: np.ndarray) -> dict[str, float]:
        """Return all distribution-level metrics of generated images (N, H, W, C) in [0, 1]."""
        features, probabilities = self.extract(images)
        followed = self._followed(features, probabilities)
        return {
            **followed,
            "fid_relative": followed["fid"] / self.yardstick.fid_mean_image,
            "kid": kid(features, self.yardstick.features),
            "inception_score": inception_score(probabilities),
        }

    def distance(self, images: np.ndarray) -> float:
        """Return the FID of images (N, H, W, C) in [0, 1]."""
        return fid(self.extract(images)[0], self.yardstick.features)

    def _followed(self, features: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
        labels = probabilities.argmax(axis=1)
        return {
            "fid": fid(features, self.yardstick.features),
            "tvd": total_variation_distance(labels, self.yardstick.labels, self.num_classes),
            "max_class_gap": max_class_gap(labels, self.yardstick.labels, self.num_classes),
        }


def _on_test_images(generator: Any, meter: Meter, yardstick: Yardstick, beta: float) -> dict[str, Any]:
    latents = generator.posterior_latents(yardstick.x_test)
    reconstructions = generator.images(latents)
    errors = np.square(reconstructions - yardstick.x_test.astype(np.float32) / 255.0)
    distortion, kl = (float(np.mean(term, dtype=np.float64)) for term in generator.loss_terms(yardstick.x_test))
    return {
        "mse": float(np.mean(errors.mean(axis=-1).sum(axis=(1, 2)), dtype=np.float64)),
        "kl": kl,
        "loss": distortion + beta * kl,
        "fid_reconstructions": meter.distance(reconstructions),
        "mean_latent": [float(value) for value in latents.mean(axis=0, dtype=np.float64)],
    }


def _generation_noise(generator: Any, meter: Meter, experiment: Experiment) -> dict[str, float]:
    repeats = [
        meter.progress(generator.images(generator.prior_latents(experiment.period_images, f"repeat {number}")))
        for number in range(experiment.noise_repeats)
    ]
    return {name: float(np.std([repeat[name] for repeat in repeats], ddof=1)) for name in ("fid", "tvd")}


def _pictures(generator: Any, yardstick: Yardstick) -> dict[str, np.ndarray]:
    latents = generator.prior_latents(SHOWN_SAMPLES, "pictures")
    originals = yardstick.x_test[:SHOWN_RECONSTRUCTIONS]
    return {
        "plain": to_bytes(generator.images(latents)),
        "scaled": to_bytes(generator.images(SHOWN_SCALE * latents)),
        "originals": originals,
        "reconstructions": to_bytes(generator.images(generator.posterior_latents(originals))),
    }


def summarize_metrics(results: Iterable[Mapping[str, Any]], names: Sequence[str] = FINAL_METRICS) -> dict[str, Any]:
    """Return {metric: summary over seeds} of results' final metrics."""
    measured = [result["metrics"] for result in results]
    return {name: summarize([metrics[name] for metrics in measured]) for name in names}


def save_runs(folder: Path, experiments: Sequence[Experiment], results: Sequence[Mapping[str, Any]]) -> None:
    """Write one directory per trained model below `folder`, and the pictures of the first."""
    import pandas as pd

    for experiment, result in zip(experiments, results, strict=True):
        directory = folder / f"seed-{experiment.seed}"
        stage.write_weights(directory / "weights.npz", result["weights"])
        stage.write_json(directory / "config.json", dict(experiment.configuration))
        stage.write_csv(directory / "history.csv", pd.DataFrame(result["history"]))
    if "samples" in results[0]:
        stage.write_npz(folder / "samples.npz", results[0]["samples"])


def describe(experiments: Sequence[Experiment], dataset: str, architecture: str) -> dict[str, Any]:
    """Return the head of a configuration's record."""
    first = experiments[0]
    return {
        "dataset": dataset,
        "network": first.configuration["network"],
        "architecture": architecture,
        "posterior": first.configuration["posterior"]["name"],
        "likelihood": first.configuration["likelihood"],
        "beta": first.schedule["beta"],
        "steps": first.steps,
        "batch_size": first.schedule["batch_size"],
        "learning_rate": first.schedule["learning_rate"],
        "precision": first.configuration["precision"],
        "seeds": [experiment.seed for experiment in experiments],
    }


def _warn_of_emulation() -> None:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return
    if "flags" in flags and "_bf16" not in flags:
        print("warning: this processor only emulates bfloat16; `precision: float32` may be faster", flush=True)
