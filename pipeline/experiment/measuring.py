"""Measure generated images and one trained model. A model's weights are enough; nothing is trained here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.experiment.pictures import take_pictures
from pipeline.experiment.training import Training
from pipeline.experiment.yardstick import Yardstick
from tfvae.evaluation.generated import Images, Reference, evaluate
from tfvae.evaluation.legacy import max_class_gap_without_class_zero
from tfvae.evaluation.metrics import METRICS
from tfvae.evaluation.moments import gaussian_statistics

if TYPE_CHECKING:
    from tfvae.sampling.generation import Generator

FOLLOWED_METRICS = ("fid", "tvd", "max_class_gap")
FINAL_METRICS = (*METRICS, "mse", "kl", "loss", "fid_reconstructions")


@dataclass(frozen=True)
class Measuring:
    """The measuring of one trained model by newly generated `images` (0: none), and pictures for the figures if wanted.

    FID and TVD are measured again `noise_repeats` times, each time on `period_images` newly generated images.
    """

    training: Training
    images: int = 0
    noise_repeats: int = 0
    pictures: bool = False


class Meter:
    """Measures images against the test images through the classifier."""

    def __init__(self, yardstick: Yardstick) -> None:
        self.yardstick, self.extract = yardstick, yardstick.classifier.extractor()
        self.num_classes: int = yardstick.classifier.configuration["num_classes"]
        self._reference = Reference(
            moments=gaussian_statistics(yardstick.features),
            labels=yardstick.labels,
            features=yardstick.features,
            num_classes=self.num_classes,
            fid_mean_image=yardstick.fid_mean_image,
        )

    def progress(self, images: np.ndarray) -> dict[str, float]:
        """Return the metrics that are followed over the periods, of generated images (N, H, W, C) in [0, 1]."""
        return evaluate(Images.seen(*self.extract(images)), self._reference, FOLLOWED_METRICS)

    def final(self, images: np.ndarray) -> dict[str, float]:
        """Return all metrics of generated images (N, H, W, C) in [0, 1]."""
        return self.metrics(Images.seen(*self.extract(images)))

    def metrics(self, seen: Images) -> dict[str, float]:
        """Return all metrics of generated images that the classifier has seen."""
        return evaluate(seen, self._reference, (*FOLLOWED_METRICS, *METRICS))

    def distance(self, images: np.ndarray) -> float:
        """Return the FID of images (N, H, W, C) in [0, 1]."""
        return evaluate(Images.seen(*self.extract(images)), self._reference, ("fid",))["fid"]

    def followed(self, history: Sequence[Mapping[str, Any]], last: Mapping[str, float]) -> list[dict[str, float]]:
        """Return a training's history with the followed metrics, `last` at the end, in place of their raw data."""
        rows = []
        for row in history:
            terms = {name: value for name, value in row.items() if name not in ("mean", "covariance", "labels")}
            metrics = {name: last[name] for name in FOLLOWED_METRICS}
            if "mean" in row:
                images = Images(moments=(row["mean"], row["covariance"]), labels=row["labels"])
                metrics = evaluate(images, self._reference, FOLLOWED_METRICS)
            rows.append({**terms, **metrics})
        return rows


def measure(measuring: Measuring, trained: Mapping[str, Any], yardstick: Yardstick) -> dict[str, Any]:
    """Measure one model as `pipeline.experiment.training.train` returns it.

    Return "metrics", "history" (followed metrics by period), and if wanted "noise_sd" of FID and TVD, and "pictures".
    """
    training = measuring.training
    generator, meter = trained_generator(training, trained["weights"][""]), Meter(yardstick)
    latents = generator.prior_latents(measuring.images, f"period {training.periods}")
    samples = Images.seen(*meter.extract(generator.images(latents)))
    of_samples = meter.metrics(samples)
    as_published = max_class_gap_without_class_zero(samples.labels, yardstick.labels, meter.num_classes)
    on_test_images = measure_on_test_images(generator, meter, training.schedule["beta"])
    result: dict[str, Any] = {
        "metrics": {**of_samples, "max_class_gap_without_class_zero": as_published, **on_test_images},
        "history": {"": meter.followed(trained["history"][""], of_samples)},
    }
    if measuring.noise_repeats:
        result["noise_sd"] = generation_noise(generator, meter, training.period_images, measuring.noise_repeats)
    if measuring.pictures:
        result["pictures"] = take_pictures(generator, yardstick.x_test)
    return result


def trained_generator(training: Any, weights: Sequence[np.ndarray]) -> "Generator":
    """Return the generator of a trained model, on one core, from the training's configuration and seed."""
    from tfvae.sampling.generation import Generator

    return Generator(trained_model(training.configuration, weights), training.seed)


def trained_model(configuration: Mapping[str, Any], weights: Sequence[np.ndarray]) -> Any:
    """Return a trained model, on one core."""
    from tfvae.models.registry import build_model
    from tfvae.training.runtime import use_one_core

    use_one_core()
    model = build_model(configuration)
    model.set_weights(weights)
    return model


def measure_on_test_images(generator: Any, meter: Meter, beta: float) -> dict[str, Any]:
    """Return the metrics of a model on the test images: one sample of the posterior of each, decoded."""
    images = meter.yardstick.x_test
    reconstructions = generator.reconstruct(images)
    terms = reconstructions.mean_terms()
    return {
        "mse": squared_error(reconstructions.images, images),
        "kl": terms["kl"],
        "loss": terms["distortion"] + beta * terms["kl"],
        "fid_reconstructions": meter.distance(reconstructions.images),
        "mean_latent": [float(value) for value in reconstructions.latents.mean(axis=0, dtype=np.float64)],
    }


def squared_error(images: np.ndarray, originals: np.ndarray) -> float:
    """Return the mean squared error, summed over pixels, of images (N, H, W, C) in [0, 1] against uint8 ones."""
    errors = np.square(images - originals.astype(np.float32) / 255.0)
    return float(np.mean(errors.mean(axis=-1).sum(axis=(1, 2)), dtype=np.float64))


def generation_noise(generator: Any, meter: Meter, images: int, repeats: int) -> dict[str, float]:
    """Return the standard deviation of FID and TVD over newly generated images of the same weights."""
    metrics = [
        meter.progress(generator.images(generator.prior_latents(images, f"repeat {number}")))
        for number in range(repeats)
    ]
    return {name: float(np.std([repeat[name] for repeat in metrics], ddof=1)) for name in ("fid", "tvd")}
