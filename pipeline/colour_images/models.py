"""The beta-VAEs of colour images: what a beta-VAE project on photographs of flowers describes, and leaner ones.

The project's document names two convolutional layers in each half and the Bernoulli likelihood, summed over pixels and
channels; its kernels are 5x5 and its latents 64, and what it leaves open is chosen here. The leaner layers have kernels
of 4x4, which with a stride of 2 weigh all pixels alike, and half as many channels where the decoder starts.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.configuration import cooldown, vae
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.running import Job
from pipeline.experiment.training import Training
from tfvae.data.photographs import prepare


def _layers(kernel: int, *filters: int) -> list[dict[str, int]]:
    return [{"filters": count, "kernel": kernel, "stride": 2} for count in filters]


_ENCODERS = {"document": _layers(5, 32, 64), "lean": _layers(4, 32, 64)}
_DECODERS = {"document": (64, _layers(5, 32, 16)), "lean": (32, _layers(4, 32, 16))}


def configuration(image_shape: Sequence[int], layers: str, latent_dim: int, precision: str) -> dict[str, Any]:
    """Return the configuration of a VAE, for `tfvae.models.registry.build_model`.

    Args:
        image_shape: (H, W, C), H and W multiples of 4.
        layers: "document" or "lean".
        latent_dim: of the Gaussian posterior.
        precision: "float32" or "bfloat16".
    """
    height, width, _ = image_shape
    channels, upward = _DECODERS[layers]
    decoder = {"reshape": [height // 4, width // 4, channels], "layers": upward}
    posterior = {"name": "diagonal_gaussian", "latent_dim": latent_dim}
    halves = (_ENCODERS[layers], decoder)
    return vae(image_shape, "cnn", *halves, posterior=posterior, likelihood="bernoulli", precision=precision)


def plan(settings: Any, image_shape: Sequence[int], folder: Path) -> list[Job]:
    """Return a job for every seed and beta; pictures are of the first seed."""
    model = configuration(image_shape, settings.layers, settings.latent_dim, settings.precision)
    schedule = {
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
        "cooldown": cooldown(settings.steps, settings.cooldown_share),
    }
    jobs = []
    for position, seed in enumerate(settings.seeds):
        for beta in settings.betas:
            training = Training(model, {"beta": beta, **schedule}, seed, settings.steps)
            measuring = Measuring(training, settings.images, pictures=position == 0)
            jobs.append(Job(training, measuring, settings.steps, folder / f"beta-{beta}" / f"seed-{seed}"))
    return jobs


def feature_job(settings: Any, y_train: np.ndarray, folder: Path) -> Job:
    """Return the job of the network whose features measure.

    With classes it is trained to tell them. Without, its weights stay as they were drawn: random features see colours
    and edges, and rank sets of images much as trained ones do, on a scale of their own.
    """
    training = ClassifierTraining(
        settings.feature_seed,
        settings.feature_steps if has_classes(y_train) else 0,
        settings.batch_size,
        settings.feature_learning_rate,
        dropout=0.5,
        purpose="feature network",
    )
    return Job(training, training.seed, training.steps, folder)


def has_classes(y_train: np.ndarray) -> bool:
    """Return whether images with these labels (N,) are of several classes."""
    return bool(y_train.max() > 0)


def prepare_images(data: Mapping[str, np.ndarray], settings: Any) -> dict[str, np.ndarray]:
    """Return the data with its images made as the parameters say, and no more test images than are generated."""
    preparation = settings.preparation.model_dump()
    few = slice(settings.images)
    return {
        "x_train": prepare(data["x_train"], **preparation),
        "y_train": data["y_train"],
        "x_test": prepare(data["x_test"][few], **preparation),
        "y_test": data["y_test"][few],
    }
