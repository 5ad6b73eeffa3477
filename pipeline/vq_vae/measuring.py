"""Measure samples and reconstructions of one trained model, or real images in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.accuracy_score import accuracy_score
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.measuring import Meter
from pipeline.experiment.pictures import to_bytes
from pipeline.experiment.yardstick import Yardstick
from pipeline.vq_vae.training import TwoPartTraining
from tfvae.training.jobs import Progress

SHOWN = 10  # test images in pictures
Images = dict[str, np.ndarray]


@dataclass(frozen=True)
class Measuring:
    """What is measured of one trained model, and how many samples are kept for the figures; 0: no pictures at all."""

    training: TwoPartTraining
    pictures: int


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


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Measure one trained model.

    Args:
        measuring: what is wanted.
        trained: as `pipeline.vq_vae.training.train` returns it.
        standard: what it is measured with.

    Returns:
        "metrics": of its "samplers" and of the test images; "pictures" (arrays, if asked for).
    """
    from tfvae.models.registry import build_model
    from tfvae.training.runtime import use_one_core

    use_one_core()
    training, meter = measuring.training, Meter(standard.yardstick)
    model, seed = build_model(training.configuration), training.seed
    model.set_weights(trained["weights"]["model"])
    if training.prior:
        prior = training.prior.configuration, trained["weights"]["prior"]
        samples, reconstructions, own, pictures = _quantised(model, *prior, seed, standard)
    else:
        samples, reconstructions, own, pictures = _gaussian(model, seed, standard)
    shown = {f"samples-{name}": to_bytes(images[: measuring.pictures]) for name, images in samples.items()}
    metrics = {
        "samplers": {name: _of_samples(images, meter, standard, seed) for name, images in samples.items()},
        **_of_reconstructions(reconstructions, meter, standard),
        **own,
    }
    return {"metrics": metrics, "pictures": {**shown, **pictures} if measuring.pictures else {}}


def _gaussian(model: Any, seed: int, standard: Standard) -> tuple[Images, np.ndarray, dict[str, float], Images]:
    """Return what a plain or a beta-VAE generates.

    Returns:
        Samples by sampler, two latents being sampled region by region as well; reconstructions of the test images from
        one sample of the posterior each, with the means of the loss's terms; pictures: the latents of test images in a
        plane, and reconstructions as uint8.
    """
    from sklearn.decomposition import PCA

    from tfvae import randomness
    from tfvae.sampling.encoding import posterior_means
    from tfvae.sampling.generation import Generator
    from tfvae.sampling.regions import region_latents

    generator, x_test, count = Generator(model, seed), standard.yardstick.x_test, standard.images
    latents = {"prior": generator.prior_latents(count, "samples")}
    if latents["prior"].shape[1] == 2:
        encoded, draws = generator.posterior_latents(x_test, "regions"), randomness.generator(seed, "regions")
        latents["regions"] = region_latents(encoded, count, standard.regions, standard.region_width, draws)
    result = generator.reconstruct(x_test)
    terms = result.mean_terms()
    means = posterior_means(model, x_test[: standard.projected_images])
    plane = means if means.shape[1] == 2 else PCA(2, svd_solver="full").fit_transform(means)
    return (
        {name: generator.images(rows) for name, rows in latents.items()},
        result.images,
        {name: terms[name] for name in ("distortion", "kl")},
        {
            "plane": plane.astype(np.float32),
            "reconstructions": to_bytes(generator.reconstruct(x_test[:SHOWN]).images),
        },
    )


def _quantised(
    model: Any, network: Mapping[str, Any], weights: Any, seed: int, standard: Standard
) -> tuple[Images, np.ndarray, dict[str, float], Images]:
    """Return what a vector-quantised VAE generates, with a prior of this network and these weights.

    Returns:
        Samples, images of codes that the prior draws; reconstructions of the test images, with the use of the codebook
        and the cost of a code for the prior; pictures: test images' codes, and reconstructions as uint8.
    """
    from tfvae.evaluation.codebook import dead_codes, perplexity
    from tfvae.priors.pixel_cnn import build_pixel_cnn, nats_per_code
    from tfvae.sampling.codes import Codec, CodeSampler

    prior, codec, yardstick = build_pixel_cnn(network), Codec(model), standard.yardstick
    prior.set_weights(weights)
    codes, training_codes = codec.codes(yardstick.x_test), codec.codes(yardstick.x_train)
    first = codec.codes(yardstick.x_test[:SHOWN])
    samples = CodeSampler(prior, *codes.shape[1:])(standard.images, seed)
    return (
        {"prior": codec.images(samples)},
        codec.images(codes),
        {
            "perplexity": perplexity(codes, network["codes"]),
            "dead_codes": dead_codes(training_codes, network["codes"]),
            "nats_per_code": nats_per_code(prior, codes),
            "nats_per_code_training": nats_per_code(prior, training_codes[: len(codes)]),
        },
        {"codes": first, "reconstructions": to_bytes(codec.images(first))},
    )


def measure_real(seed: int, standard: Standard, progress: Progress) -> dict[str, Any]:
    """Return the metrics of samples for training images in their place, and the inception scores of test images."""
    from tfvae.evaluation.inception import inception_score
    from tfvae.randomness import generator
    from tfvae.training.runtime import use_one_core

    use_one_core()
    del progress  # there is one step alone
    yardstick = standard.yardstick
    meter = Meter(yardstick)
    rows = generator(seed, "real images").permutation(len(yardstick.x_train))[: standard.images]
    images = yardstick.x_train[rows] / np.float32(255)
    probabilities = meter.extract(yardstick.x_test)[1]
    return {
        "samplers": {"training_images": _of_samples(images, meter, standard, seed)},
        "inception_score": inception_score(probabilities),
        "inception_score_few": inception_score(probabilities[: standard.few_images]),
    }


def _of_samples(images: np.ndarray, meter: Meter, standard: Standard, seed: int) -> dict[str, float]:
    """Return the metrics of images (N, H, W, C) in [0, 1].

    The accuracy score needs labels, which no model here gives: they are those that the study's classifier gives.
    """
    from tfvae.evaluation.inception import inception_score
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage

    features, probabilities = meter.extract(images)
    few, near = slice(standard.few_images), slice(standard.neighbour_images)
    yardstick, labels = standard.yardstick, probabilities.argmax(axis=1).astype(np.uint8)
    training = ClassifierTraining(seed=seed, **standard.classifier)
    return {
        **meter.final(images),
        "inception_score_few": inception_score(probabilities[few]),
        **precision_recall_density_coverage(yardstick.features[near], features[near], standard.neighbours),
        "cas": accuracy_score(to_bytes(images), labels, training, yardstick, standard.y_test),
    }


def _of_reconstructions(images: np.ndarray, meter: Meter, standard: Standard) -> dict[str, float]:
    """Return the metrics of reconstructions (N, H, W, C) in [0, 1] of the test images."""
    errors = np.square(images - standard.yardstick.x_test / np.float32(255))
    classes = meter.extract(images)[1].argmax(axis=1)
    return {
        "mse": float(np.mean(errors.mean(axis=-1).sum(axis=(1, 2)), dtype=np.float64)),
        "fid_reconstructions": meter.distance(images),
        "class_agreement": float(np.mean(classes == standard.y_test)),
    }
