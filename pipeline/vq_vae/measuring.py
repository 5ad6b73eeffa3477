"""Measure samples and reconstructions of one trained model, or real images in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.experiment.accuracy_score import accuracy_score
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.measuring import Measuring, Meter, squared_error, trained_model
from pipeline.experiment.yardstick import Yardstick
from tfvae.images import to_bytes
from tfvae.training.jobs import Progress

SHOWN = 10  # test images in pictures
_QUANTISED_SAMPLES, _GAUSSIAN_SAMPLES = 200, 36  # in pictures
_SURE = 0.9  # probability of its likeliest class from which a sample counts as legible
Images = dict[str, np.ndarray]
Results = tuple[Images, np.ndarray, dict[str, float], Images]  # samples by sampler, reconstructions, metrics, pictures


@dataclass(frozen=True)
class Standard:
    """The standard for all models of one dataset, with the true classes (M,) of its test images."""

    yardstick: Yardstick
    y_test: np.ndarray
    score: ClassifierTraining
    few_images: int
    neighbours: int
    neighbour_images: int
    projected_images: int
    regions: int
    region_width: float


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return "metrics", of a trained model's "samplers" and of the test images, and "pictures" if they are wanted."""
    weights, seed = trained["weights"], measuring.training.seed
    model, meter = trained_model(measuring.training.configuration, weights["model"]), Meter(standard.yardstick)
    if "prior" in weights:
        results, shown = _quantised(model, weights["prior"], measuring, standard), _QUANTISED_SAMPLES
    else:
        results, shown = _gaussian(model, measuring, standard), _GAUSSIAN_SAMPLES
    samples, reconstructions, own, pictures = results
    metrics = {
        "samplers": {name: _of_samples(images, meter, standard, seed) for name, images in samples.items()},
        **_of_reconstructions(reconstructions, meter, standard),
        **own,
    }
    if not measuring.pictures:
        return {"metrics": metrics, "pictures": {}}
    of_samples = {f"samples-{name}": to_bytes(images[:shown]) for name, images in samples.items()}
    return {"metrics": metrics, "pictures": {**of_samples, **pictures}}


def _gaussian(model: Any, measuring: Measuring, standard: Standard) -> Results:
    """Return the results of a Gaussian model, loss terms of the test images among them.

    Two latents are sampled region by region as well. Reconstructions are of one sample of the posterior each. The
    silhouette is that of the true classes among the posterior means whose plane is shown.
    """
    from sklearn.decomposition import PCA

    from tfvae import randomness
    from tfvae.evaluation.latent_space import silhouettes
    from tfvae.sampling.encoding import posterior_means
    from tfvae.sampling.generation import Generator
    from tfvae.sampling.regions import region_latents

    count, seed = measuring.images, measuring.training.seed
    generator, x_test = Generator(model, seed), standard.yardstick.x_test
    latents = {"prior": generator.prior_latents(count, "samples")}
    if latents["prior"].shape[1] == 2:
        encoded, draws = generator.posterior_latents(x_test, "regions"), randomness.generator(seed, "regions")
        latents["regions"] = region_latents(encoded, count, standard.regions, standard.region_width, draws)
    result = generator.reconstruct(x_test)
    terms, means = result.mean_terms(), posterior_means(model, x_test[: standard.projected_images])
    plane = means if means.shape[1] == 2 else PCA(2, svd_solver="full").fit_transform(means)
    first = to_bytes(generator.reconstruct(x_test[:SHOWN]).images)
    silhouette = silhouettes(means, standard.y_test[: len(means)]).score
    return (
        {name: generator.images(rows) for name, rows in latents.items()},
        result.images,
        {"distortion": terms["distortion"], "kl": terms["kl"], "silhouette": silhouette},
        {"plane": plane.astype(np.float32), "reconstructions": first},
    )


def _quantised(model: Any, weights: Any, measuring: Measuring, standard: Standard) -> Results:
    """Return a vector-quantised model's results and codebook use; the prior with these weights draws the samples."""
    from tfvae.evaluation.codebook import dead_codes, perplexity
    from tfvae.priors.likelihood import nats_per_code
    from tfvae.priors.pixel_cnn import build_pixel_cnn
    from tfvae.sampling.codes import Codec
    from tfvae.sampling.pixel_cnn import CodeSampler

    network, yardstick = measuring.training.configurations["prior"], standard.yardstick
    prior, codec = build_pixel_cnn(network), Codec(model)
    prior.set_weights(weights)
    codes, training_codes = codec.codes(yardstick.x_test), codec.codes(yardstick.x_train)
    first = codec.codes(yardstick.x_test[:SHOWN])
    use = {
        "perplexity": perplexity(codes, network["codes"]),
        "dead_codes": dead_codes(training_codes, network["codes"]),
        "nats_per_code": nats_per_code(prior, codes),
        "nats_per_code_training": nats_per_code(prior, training_codes[: len(codes)]),
    }
    samples = codec.images(CodeSampler(prior, *codes.shape[1:])(measuring.images, measuring.training.seed))
    return (
        {"prior": samples},
        codec.images(codes),
        use,
        {"codes": first, "reconstructions": to_bytes(codec.images(first))},
    )


def measure_real(job: tuple[int, int], standard: Standard, progress: Progress) -> dict[str, Any]:
    """Return the metrics of training images in place of samples, and the inception scores of test images.

    The job is a seed and the number of training images.
    """
    from tfvae.evaluation.inception import inception_score
    from tfvae.randomness import generator
    from tfvae.training.runtime import use_one_core

    use_one_core()
    (seed, count), x_train, meter = job, standard.yardstick.x_train, Meter(standard.yardstick)
    images = x_train[generator(seed, "real images").permutation(len(x_train))[:count]] / np.float32(255)
    probabilities = meter.extract(standard.yardstick.x_test)[1]
    return {
        "samplers": {"training_images": _of_samples(images, meter, standard, seed)},
        "inception_score": inception_score(probabilities),
        "inception_score_few": inception_score(probabilities[: standard.few_images]),
    }


def _of_samples(images: np.ndarray, meter: Meter, standard: Standard, seed: int) -> dict[str, float]:
    """Return the metrics of images (N, H, W, C) in [0, 1]; the classifier labels them for the accuracy score.

    "legible" is the share of images of whose class the classifier is sure.
    """
    from tfvae.evaluation.inception import inception_score
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage

    features, probabilities = meter.extract(images)
    few, near = slice(standard.few_images), slice(standard.neighbour_images)
    yardstick, labels = standard.yardstick, probabilities.argmax(axis=1).astype(np.uint8)
    training = replace(standard.score, seed=seed)
    return {
        **meter.final(images),
        "inception_score_few": inception_score(probabilities[few]),
        "legible": float(np.mean(probabilities.max(axis=1) >= _SURE)),
        **precision_recall_density_coverage(yardstick.features[near], features[near], standard.neighbours),
        "cas": accuracy_score(to_bytes(images), labels, training, yardstick, standard.y_test),
    }


def _of_reconstructions(images: np.ndarray, meter: Meter, standard: Standard) -> dict[str, float]:
    """Return the metrics of reconstructions (N, H, W, C) in [0, 1] of the test images."""
    classes = meter.extract(images)[1].argmax(axis=1)
    return {
        "mse": squared_error(images, standard.yardstick.x_test),
        "fid_reconstructions": meter.distance(images),
        "class_agreement": float(np.mean(classes == standard.y_test)),
    }
