"""Measure one model of the family: its test images, its samplers, its latents, and the likelihood where it has one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.experiment.measuring import Measuring, Meter, squared_error, trained_generator
from pipeline.experiment.yardstick import Yardstick
from pipeline.model_family.training import FamilyTraining, seen
from tfvae.evaluation.generated import Images, evaluate
from tfvae.evaluation.precision_recall import precision_recall_density_coverage
from tfvae.images import to_bytes

if TYPE_CHECKING:
    from tfvae.sampling.generation import Generator

_ACTIVE_ABOVE, _SHOWN = 0.01, 10
SETTINGS = (
    "images", "fitted", "components", "flow_steps", "neighbours", "neighbour_images", "votes", "probe_images",
    "importance_samples", "likelihood_images",
)  # fmt: skip


@dataclass(frozen=True)
class Standard:
    """The standard for all models of one dataset: its yardstick, the classes (N,) and (M,), and settings by name.

    The settings are those of the stage that `SETTINGS` names, no others: of these a measuring knows nothing.
    """

    yardstick: Yardstick
    y_train: np.ndarray
    y_test: np.ndarray
    settings: SimpleNamespace

    @classmethod
    def of(cls, settings: Any, yardstick: Yardstick, arrays: Mapping[str, np.ndarray]) -> "Standard":
        """Return the standard of a dataset's four arrays, and of the stage's settings."""
        own = SimpleNamespace(**{name: getattr(settings, name) for name in SETTINGS})
        return cls(yardstick, arrays["y_train"], arrays["y_test"], own)


class Judge(Meter):
    """A meter of generated images by what tells how near and how varied they are."""

    def __init__(self, standard: Standard) -> None:
        super().__init__(standard.yardstick)
        self._settings = standard.settings

    def of_samples(self, images: np.ndarray) -> dict[str, float]:
        """Return FID, precision, recall, density and coverage of generated images (N, H, W, C) in [0, 1]."""
        seen_images = Images.seen(*self.extract(images))
        near, real = slice(self._settings.neighbour_images), self.yardstick.features
        features = np.asarray(seen_images.features)[near]
        neighbours = precision_recall_density_coverage(real[near], features, self._settings.neighbours)
        return {**evaluate(seen_images, self._reference, ("fid",)), **neighbours}


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return a trained model's "metrics", and "pictures" {sampler: images (10, H, W, C) uint8} if wanted.

    Samples are the mean images of p(x|z), and stand beside the grey test images also where a model learned binary
    ones, whose mean they are.
    """
    training, yardstick = measuring.training, standard.yardstick
    assert isinstance(training, FamilyTraining)
    generator = trained_generator(training, trained["weights"][""])
    images = seen(yardstick.x_test, training.pixels, "test")
    reconstructions = generator.reconstruct(images)
    terms, meter = reconstructions.mean_terms(), Judge(standard)
    metrics: dict[str, Any] = {
        "distortion": terms["distortion"],
        "kl": terms["kl"],
        "mse": squared_error(reconstructions.images, images),
        "fid_reconstructions": meter.distance(reconstructions.images),
        **latent_metrics(generator.model, standard, training.pixels),
        "untrained": untrained(training, standard),
        "samplers": {},
    }
    pictures = {}
    for name, latents in _samplers(generator, standard, training):
        samples = generator.images(latents)
        metrics["samplers"][name] = meter.of_samples(samples)
        if measuring.pictures:
            pictures[name] = to_bytes(samples[:_SHOWN])
    return {"metrics": {**metrics, **_likelihood(generator, images, training, standard.settings)}, "pictures": pictures}


def latent_metrics(model: Any, standard: Standard, pixels: str) -> dict[str, Any]:
    """Return what the posterior means tell of the classes, and the number of latents that differ between images."""
    from tfvae.evaluation.latent_space import active_units
    from tfvae.sampling.encoding import posterior_means

    known, unknown = (
        posterior_means(model, seen(images, pixels, part))
        for images, part in ((standard.yardstick.x_train, "training"), (standard.yardstick.x_test, "test"))
    )
    return {**class_metrics(known, unknown, standard), "active_units": int(active_units(unknown, _ACTIVE_ABOVE).sum())}


def class_metrics(known: np.ndarray, unknown: np.ndarray, standard: Standard) -> dict[str, Any]:
    """Return how well features of the training images (N, D) tell the classes of the test images' (M, D).

    "neighbour_error" {k: the share that the k nearest misclassify}, and "linear_probe_accuracy"; both look at the first
    training images alone.
    """
    from tfvae.evaluation.latent_space import classification_errors, linear_probe_accuracy

    first = slice(standard.settings.probe_images)
    labelled = known[first], standard.y_train[first], unknown, standard.y_test
    errors = classification_errors(*labelled, standard.settings.votes)
    return {
        "neighbour_error": {str(k): error for k, error in errors.items()},
        "linear_probe_accuracy": linear_probe_accuracy(*labelled),
    }


def floors(standard: Standard, pixels: str) -> dict[str, Any]:
    """Return `class_metrics` of the pixels themselves."""
    yardstick, first = standard.yardstick, slice(standard.settings.probe_images)
    known = seen(yardstick.x_train, pixels, "training")[first]
    known, unknown = (
        array.reshape(len(array), -1) / 255.0 for array in (known, seen(yardstick.x_test, pixels, "test"))
    )
    return class_metrics(known, unknown, standard)


def untrained(training: Any, standard: Standard) -> dict[str, Any]:
    """Return `latent_metrics` of a model's encoder before its training."""
    from tfvae.models.registry import build_model

    return latent_metrics(build_model(training.configuration, training.seed), standard, training.pixels)


def _samplers(generator: "Generator", standard: Standard, training: Any) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the name and the latents (images, D) of each sampler.

    The prior's, and those of densities fitted to draws of the aggregated posterior: a Gaussian, a mixture of Gaussians,
    a Gaussian copula and an autoregressive flow.
    """
    from tfvae import randomness
    from tfvae.priors.flow import fit_flow
    from tfvae.sampling.copula import fit_copula
    from tfvae.sampling.fitted import fit_gaussian, fit_mixture

    settings, seed = standard.settings, training.seed
    yield "prior", generator.prior_latents(settings.images, "samples")
    draws = generator.aggregated_posterior(
        seen(standard.yardstick.x_train, training.pixels, "training"), settings.fitted
    )
    fitted: dict[str, Callable[[], Any]] = {
        "gaussian": lambda: fit_gaussian(draws),
        "mixture": lambda: fit_mixture(draws, settings.components, seed),
        "copula": lambda: fit_copula(draws),
        "flow": lambda: fit_flow(draws, steps=settings.flow_steps, seed=seed),
    }
    for name, fit in fitted.items():
        yield name, fit().sample(settings.images, randomness.generator(seed, name))


def _likelihood(generator: "Generator", images: np.ndarray, training: Any, settings: Any) -> dict[str, float]:
    """Return the negative log-likelihood of binary images, and its bound, in nats per image; nothing without one."""
    from tfvae.evaluation.importance import elbos, importance_log_likelihoods
    from tfvae.sampling.importance import importance_log_weights

    if training.pixels != "binary" or not hasattr(generator.model.posterior, "log_density_ratio"):
        return {}
    weights = importance_log_weights(
        generator.model, images[: settings.likelihood_images], settings.importance_samples, training.seed
    )
    return {
        "negative_log_likelihood": -float(importance_log_likelihoods(weights).mean()),
        "negative_elbo": -float(elbos(weights).mean()),
    }
