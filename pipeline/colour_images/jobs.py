"""Jobs of the stage colour: make the network whose features measure, then train beta-VAEs and measure them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Meter, measure_on_test_images
from pipeline.experiment.pictures import to_bytes
from pipeline.experiment.yardstick import Yardstick
from tfvae.training.jobs import Progress

FEATURES = "pipeline.colour_images.jobs:features"
RUN = "pipeline.colour_images.jobs:run"
_PERIODS, _SAMPLES, _SHOWN, _POINTS, _DIMENSIONS, _CANDIDATES = 10, 36, 10, 9, 8, 50
_OF_CLASSES = ("tvd", "max_class_gap", "inception_score")


def features(job: Mapping[str, Any], shared: Mapping[str, np.ndarray], progress: Progress) -> dict[str, Any]:
    """Return the network whose features measure, and what its distances can be compared with.

    With classes it is trained to tell them. Without, its weights stay as they were drawn: random features see colours
    and edges, and rank sets of images much as trained ones do, on a scale of their own.

    Args:
        job: "seed", "steps", "batch_size", "learning_rate".
        shared: "x_train", "y_train", "x_test", "y_test".
        progress: gets one unit for each step.

    Returns:
        "configuration" and "weights" of the network; "features" and "labels" of the test images; "kind" ("classifier"
        or "random"); "floors": the FIDs of as many training images and of the mean image, and the accuracy of a
        classifier.
    """
    from tfvae.evaluation.frechet import fid
    from tfvae.networks.classifier import FeatureExtractor, classifier
    from tfvae.networks.layers import initialize
    from tfvae.training.classification import ClassifierTrainer
    from tfvae.training.runtime import use_one_core

    use_one_core()
    x_train, x_test = shared["x_train"], shared["x_test"]
    classes = int(shared["y_train"].max()) + 1
    configuration = {"image_shape": list(x_train.shape[1:]), "num_classes": max(classes, 2)}
    network = classifier(**configuration)
    initialize(network, job["seed"], "feature network")
    if classes > 1:
        settings = {"steps": job["steps"], "batch_size": job["batch_size"], "learning_rate": job["learning_rate"]}
        trainer = ClassifierTrainer(network, x_train, shared["y_train"], **settings, dropout=0.5, seed=job["seed"])
        trainer.run(job["steps"])
    progress.report(job["steps"])
    extract = FeatureExtractor(network)
    seen, probabilities = extract(x_test)
    labels = probabilities.argmax(axis=1).astype(np.uint8)
    mean_image = (x_train.mean(axis=0, dtype=np.float64) / 255).astype(np.float32)
    floors = {
        "fid_floor": fid(extract(x_train[: len(x_test)])[0], seen),
        "fid_mean_image": fid(np.repeat(extract(mean_image[None])[0], len(x_test), axis=0), seen),
    }
    if classes > 1:
        floors["accuracy"] = float(np.mean(labels == shared["y_test"]))
    return {
        "configuration": configuration,
        "weights": network.get_weights(),
        "features": seen,
        "labels": labels,
        "kind": "classifier" if classes > 1 else "random",
        "floors": floors,
    }


def run(job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Train and measure one model.

    Args:
        job: "configuration", "beta", "training" (steps and a schedule), "seed", and whether "pictures" are wanted.
        shared: "yardstick", "kind" of its features, "images", "neighbours", "neighbour_images".
        progress: gets one unit for each step.

    Returns:
        "weights", "history" (a row per period), "metrics" and "pictures" (arrays, if asked for).
    """
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    yardstick, seed, training = shared["yardstick"], job["seed"], dict(job["training"])
    steps = training.pop("steps")
    model = build_vae(job["configuration"], seed)
    trainer = Trainer(model, yardstick.x_train, schedule_of({"beta": job["beta"], **training}), seed)
    history: list[dict[str, float]] = []
    if (kept := progress.resume()) is not None:
        trainer.restore(kept["trainer"])
        history = kept["history"]
        progress.report(trainer.step)
    for stop in (steps * period // _PERIODS for period in range(1, _PERIODS + 1)):
        if trainer.step < stop:
            ahead = stop - trainer.step
            history.append({"step": stop, **trainer.run(ahead)})
            progress.report(ahead)
            progress.keep({"trainer": trainer.state(), "history": history})
    generator, meter = Generator(model, seed), Meter(yardstick)
    return {
        "weights": model.get_weights(),
        "history": history,
        "metrics": _metrics(generator, meter, job["beta"], shared),
        "pictures": _pictures(generator, yardstick.x_test) if job["pictures"] else {},
    }


def _metrics(generator: Any, meter: Meter, beta: float, shared: Mapping[str, Any]) -> dict[str, float]:
    from tfvae.evaluation.latent_space import active_units
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage
    from tfvae.sampling.encoding import posterior_means

    yardstick: Yardstick = shared["yardstick"]
    images = generator.images(generator.prior_latents(shared["images"], "samples"))
    of_samples = meter.final(images)
    if shared["kind"] == "random":  # its classes mean nothing
        of_samples = {name: value for name, value in of_samples.items() if name not in _OF_CLASSES}
    near = slice(shared["neighbour_images"])
    generated = meter.extract(images[near])[0]
    of_test = measure_on_test_images(generator, meter, beta)
    del of_test["mean_latent"]
    return {
        **of_samples,
        **precision_recall_density_coverage(yardstick.features[near], generated, shared["neighbours"]),
        **of_test,
        "active_units": int(active_units(posterior_means(generator.model, yardstick.x_test)).sum()),
    }


def _pictures(generator: Any, x_test: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the figures show of one model, images as uint8; traversals are of its most informative dimensions."""
    from tfvae.evaluation.latent_space import kl_per_dimension
    from tfvae.sampling.encoding import posterior_parameters, traversals

    parameters = posterior_parameters(generator.model, x_test)
    means, log_variances = np.split(parameters, 2, axis=1)
    order = np.argsort(-kl_per_dimension(means, log_variances), kind="stable")[:_DIMENSIONS]
    lines = traversals(generator.posterior_latents(x_test, "traversals"), means[0], _POINTS)[order]
    decoded = generator.images(lines.reshape(-1, lines.shape[-1]))
    one, other = farthest_pair(x_test[:_CANDIDATES])
    shares = np.linspace(0, 1, _POINTS, dtype=np.float32)[:, None]
    return {
        "samples": to_bytes(generator.images(generator.prior_latents(_SAMPLES, "pictures"))),
        "originals": x_test[:_SHOWN],
        "reconstructions": to_bytes(generator.images(means[:_SHOWN])),
        "traversals": to_bytes(decoded).reshape(*lines.shape[:2], *decoded.shape[1:]),
        "ends": x_test[[one, other]],
        "interpolation": to_bytes(generator.images((1 - shares) * means[one] + shares * means[other])),
    }


def farthest_pair(images: np.ndarray) -> tuple[int, int]:
    """Return which two of the images (N, H, W, C) differ most, by their squared distance."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    distances = np.square(flat[:, None] - flat).sum(axis=-1)
    one, other = divmod(int(distances.argmax()), len(images))
    return one, other
