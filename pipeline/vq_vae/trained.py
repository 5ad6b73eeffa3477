"""Trained models of both kinds: their samples, what they make of test images, and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.pictures import to_bytes
from pipeline.experiment.yardstick import Yardstick
from pipeline.vq_vae.training import PriorTraining, TwoPartTraining

SHOWN = 10  # test images in pictures
Weights = Mapping[str, Sequence[np.ndarray]]


@dataclass(frozen=True)
class Standard:
    """What all models of one dataset are measured with.

    Args:
        yardstick: what images are compared with.
        y_test: true classes of the test images, (M,).
        classifier: "steps", "batch_size", "learning_rate" and "dropout" of the accuracy score's classifiers.
        images: and the rest: see params.yaml.
    """

    yardstick: Yardstick
    y_test: np.ndarray
    classifier: Mapping[str, Any]
    images: int
    few_images: int
    neighbours: int
    neighbour_images: int
    projected_images: int
    regions: int
    region_width: float


class Gaussian:
    """A plain or a beta-VAE."""

    def __init__(self, training: TwoPartTraining, weights: Weights, standard: Standard) -> None:
        from tfvae.models.registry import build_model
        from tfvae.sampling.generation import Generator

        self._seed, self._standard, self._x_test = training.model.seed, standard, standard.yardstick.x_test
        self._model = build_model(training.model.configuration)
        self._model.set_weights(weights["model"])
        self._generator = Generator(self._model, self._seed)

    def samples(self) -> dict[str, np.ndarray]:
        """Return images by the name of the sampler; two latents are sampled region by region as well."""
        from tfvae.randomness import generator
        from tfvae.sampling.regions import region_latents

        count, regions, width = self._standard.images, self._standard.regions, self._standard.region_width
        latents = {"prior": self._generator.prior_latents(count, "samples")}
        if latents["prior"].shape[1] == 2:
            encoded = self._generator.posterior_latents(self._x_test, "regions")
            latents["regions"] = region_latents(encoded, count, regions, width, generator(self._seed, "regions"))
        return {name: self._generator.images(rows) for name, rows in latents.items()}

    def on_test_images(self) -> tuple[np.ndarray, dict[str, float]]:
        """Return reconstructions from one sample of the posterior each, and the means of the loss's terms."""
        result = self._generator.reconstruct(self._x_test)
        terms = {"distortion": result.distortion, "kl": result.kl}
        return result.images, {name: float(np.mean(term, dtype=np.float64)) for name, term in terms.items()}

    def pictures(self) -> dict[str, np.ndarray]:
        """Return the latents of test images in a plane, and reconstructions as uint8."""
        from sklearn.decomposition import PCA

        from tfvae.sampling.encoding import posterior_parameters

        few = self._x_test[: self._standard.projected_images]
        means = np.asarray(self._model.posterior.mean(posterior_parameters(self._model, few)))
        plane = means if means.shape[1] == 2 else PCA(2, svd_solver="full").fit_transform(means)
        images = self._generator.reconstruct(self._x_test[:SHOWN]).images
        return {"plane": plane.astype(np.float32), "reconstructions": to_bytes(images)}


class Quantised:
    """A vector-quantised VAE with a prior over its codes."""

    def __init__(self, training: TwoPartTraining, prior: PriorTraining, weights: Weights, standard: Standard) -> None:
        from tfvae.models.registry import build_model
        from tfvae.priors.pixel_cnn import build_pixel_cnn
        from tfvae.sampling.codes import Codec

        self._seed, self._standard, self._x_test = training.model.seed, standard, standard.yardstick.x_test
        self._size = prior.configuration["codes"]
        model, self._prior = build_model(training.model.configuration), build_pixel_cnn(prior.configuration)
        model.set_weights(weights["model"])
        self._prior.set_weights(weights["prior"])
        self._codec = Codec(model)

    def samples(self) -> dict[str, np.ndarray]:
        """Return images of codes that the prior draws."""
        from tfvae.sampling.codes import CodeSampler

        grid = self._codec.codes(self._x_test[:1]).shape[1:]
        codes = CodeSampler(self._prior, *grid)(self._standard.images, self._seed)
        return {"prior": self._codec.images(codes)}

    def on_test_images(self) -> tuple[np.ndarray, dict[str, float]]:
        """Return reconstructions, and metrics: how the codebook is used, and what a code costs the prior."""
        from tfvae.evaluation.codebook import dead_codes, perplexity
        from tfvae.priors.pixel_cnn import nats_per_code

        codes = self._codec.codes(self._x_test)
        training_codes = self._codec.codes(self._standard.yardstick.x_train)
        return self._codec.images(codes), {
            "perplexity": perplexity(codes, self._size),
            "dead_codes": dead_codes(training_codes, self._size),
            "nats_per_code": nats_per_code(self._prior, codes),
            "nats_per_code_training": nats_per_code(self._prior, training_codes[: len(codes)]),
        }

    def pictures(self) -> dict[str, np.ndarray]:
        """Return test images' codes, and reconstructions as uint8."""
        codes = self._codec.codes(self._x_test[:SHOWN])
        return {"codes": codes, "reconstructions": to_bytes(self._codec.images(codes))}
