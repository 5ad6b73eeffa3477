"""Training of the models that the stage vector-quantised compares, and what each can be asked for afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Meter
from pipeline.experiment.pictures import to_bytes
from tfvae.training.jobs import Progress

SHOWN = 10  # test images in pictures
_PERIODS = 10


class Trained:
    """What training both kinds of models has in common."""

    def __init__(self, job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> None:
        self.job, self.shared, self._progress = job, shared, progress
        self.seed: int = job["seed"]
        self.x_train, self.x_test = shared["yardstick"].x_train, shared["yardstick"].x_test
        self._kept: dict[str, Any] = progress.resume() or {}
        self.history: dict[str, list[dict[str, float]]] = {}

    def train(self, part: str, trainer: Any, steps: int, terms: Callable[[Any], dict[str, float]] = dict) -> None:
        """Train a part of the model to its end, from where it was interrupted."""
        history: list[dict[str, float]] = []
        if part in self._kept:
            trainer.restore(self._kept[part]["trainer"])
            history = self._kept[part]["history"]
            self._progress.report(trainer.step)
        for stop in (steps * period // _PERIODS for period in range(1, _PERIODS + 1)):
            if trainer.step < stop:
                ahead = stop - trainer.step
                history.append({"step": stop, **terms(trainer.run(ahead))})
                self._progress.report(ahead)
                self._kept[part] = {"trainer": trainer.state(), "history": history}
                self._progress.keep(self._kept)
        self.history[part] = history

    def reconstruction_metrics(self, images: np.ndarray, meter: Meter) -> dict[str, float]:
        """Return what reconstructions (N, H, W, C) in [0, 1] of the test images are worth."""
        errors = np.square(images - self.x_test / np.float32(255))
        classes = meter.extract(images)[1].argmax(axis=1)
        return {
            "mse": float(np.mean(errors.mean(axis=-1).sum(axis=(1, 2)), dtype=np.float64)),
            "fid_reconstructions": meter.distance(images),
            "class_agreement": float(np.mean(classes == self.shared["y_test"])),
        }


class Gaussian(Trained):
    """A plain or a beta-VAE."""

    def __init__(self, job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> None:
        from tfvae.models.vae import build_vae
        from tfvae.sampling.generation import Generator
        from tfvae.training.loop import Trainer, schedule_of

        super().__init__(job, shared, progress)
        self.model = build_vae(job["configuration"], self.seed)
        steps, schedule = _split(job["training"])
        trainer = Trainer(self.model, self.x_train, schedule_of({"beta": job["beta"], **schedule}), self.seed)
        self.train("model", trainer, steps)
        self._generator = Generator(self.model, self.seed)

    def weights(self) -> dict[str, list[np.ndarray]]:
        """Return the weights of each part."""
        return {"model": self.model.get_weights()}

    def samples(self, count: int) -> dict[str, np.ndarray]:
        """Return images by the name of the sampler; two latents are sampled region by region as well."""
        from tfvae.randomness import generator
        from tfvae.sampling.regions import region_latents

        drawn = {"prior": self._generator.prior_latents(count, "samples")}
        if drawn["prior"].shape[1] == 2:
            known = self._generator.posterior_latents(self.x_test, "regions")
            regions, width = self.shared["regions"], self.shared["region_width"]
            drawn["regions"] = region_latents(known, count, regions, width, generator(self.seed, "regions"))
        return {name: self._generator.images(latents) for name, latents in drawn.items()}

    def on_test_images(self, meter: Meter) -> dict[str, float]:
        """Return what the model makes of the test images: one sample of the posterior of each."""
        made = self._generator.reconstruct(self.x_test)
        terms = {"distortion": made.distortion, "kl": made.kl}
        means = {name: float(np.mean(term, dtype=np.float64)) for name, term in terms.items()}
        return {**self.reconstruction_metrics(made.images, meter), **means}

    def pictures(self) -> dict[str, np.ndarray]:
        """Return the latents of test images in a plane, and reconstructions as uint8."""
        from sklearn.decomposition import PCA

        from tfvae.sampling.encoding import posterior_means

        few = slice(self.shared["projected_images"])
        means = posterior_means(self.model, self.x_test[few])
        plane = means if means.shape[1] == 2 else PCA(2, svd_solver="full").fit_transform(means)
        made = self._generator.reconstruct(self.x_test[:SHOWN]).images
        return {"plane": plane.astype(np.float32), "reconstructions": to_bytes(made)}


class Quantised(Trained):
    """A vector-quantised VAE, and a prior over its codes."""

    def __init__(self, job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> None:
        from tfvae.models.vq_vae import build_vq_vae
        from tfvae.priors.pixel_cnn import PixelCNNTrainer, build_pixel_cnn
        from tfvae.sampling.codes import Codec
        from tfvae.training.loop import Trainer, schedule_of

        super().__init__(job, shared, progress)
        self.model = build_vq_vae(job["configuration"], self.seed)
        steps, schedule = _split(job["training"])
        # The model weighs its commitment itself; the training loop has nothing to add.
        trainer = Trainer(self.model, self.x_train, schedule_of({"beta": 1.0, **schedule}), self.seed)
        self.train("model", trainer, steps)
        self._codec = Codec(self.model)
        self._codes = self._codec.codes(self.x_train)
        self.prior = build_pixel_cnn(job["prior"], self.seed)
        settings = job["prior_training"]
        prior_trainer = PixelCNNTrainer(self.prior, self._codes, **settings, seed=self.seed)
        self.train("prior", prior_trainer, settings["steps"], lambda loss: {"loss": loss})

    def weights(self) -> dict[str, list[np.ndarray]]:
        """Return the weights of each part."""
        return {"model": self.model.get_weights(), "prior": self.prior.get_weights()}

    def samples(self, count: int) -> dict[str, np.ndarray]:
        """Return images of codes that the prior draws."""
        from tfvae.sampling.codes import CodeSampler

        codes = CodeSampler(self.prior, *self._codes.shape[1:])(count, self.seed)
        return {"prior": self._codec.images(codes)}

    def on_test_images(self, meter: Meter) -> dict[str, float]:
        """Return what the model makes of the test images, how it uses its codebook, and what a code costs the prior."""
        from tfvae.evaluation.codebook import dead_codes, perplexity
        from tfvae.priors.pixel_cnn import nats_per_code

        codes, size = self._codec.codes(self.x_test), self.job["prior"]["codes"]
        return {
            **self.reconstruction_metrics(self._codec.images(codes), meter),
            "perplexity": perplexity(codes, size),
            "dead_codes": dead_codes(self._codes, size),  # of the training images
            "nats_per_code": nats_per_code(self.prior, codes),
            "nats_per_code_training": nats_per_code(self.prior, self._codes[: len(codes)]),
        }

    def pictures(self) -> dict[str, np.ndarray]:
        """Return test images' codes, and reconstructions as uint8."""
        codes = self._codec.codes(self.x_test[:SHOWN])
        return {"codes": codes, "reconstructions": to_bytes(self._codec.images(codes))}


def _split(training: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the steps, and the rest as it stands in a schedule."""
    rest = dict(training)
    return rest.pop("steps"), rest
