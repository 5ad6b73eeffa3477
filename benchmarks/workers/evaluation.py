"""What measuring a model costs, on one core as in the pipeline: FID, features of 10,000 images, generating them."""

from collections.abc import Mapping
from typing import Any

from benchmarks.architectures import configuration
from benchmarks.protocol import Handler, serve, timed

COUNT, FEATURES = 10_000, 64


def sqrtm_fid(first: Any, second: Any) -> float:
    """Return the FID the usual way, with SciPy's square root of the product of the covariances."""
    import numpy as np
    from scipy.linalg import sqrtm

    difference = first.mean(axis=0) - second.mean(axis=0)
    cov_1, cov_2 = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    return float(difference @ difference + np.trace(cov_1 + cov_2 - 2 * np.real(sqrtm(cov_1 @ cov_2))))


def features(seed: int) -> Any:
    """Return correlated features (10,000, 64), float64."""
    import numpy as np

    draws = np.random.default_rng(seed)
    return draws.normal(size=(COUNT, FEATURES)) @ draws.normal(size=(FEATURES, FEATURES)) + draws.normal(size=FEATURES)


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Return what times each of them once."""
    import numpy as np

    from tfvae.evaluation.frechet import fid
    from tfvae.models import build_vae
    from tfvae.networks.classifier import FeatureExtractor, classifier
    from tfvae.sampling.generation import Generator
    from tfvae.training.runtime import use_one_core

    use_one_core()
    images = np.resize(np.load(options["images"]), (COUNT, 28, 28, 1))
    first, second = features(1), features(2)
    extract = FeatureExtractor(classifier((28, 28, 1), 10))
    actions = {
        "fid": lambda: fid(first, second),
        "fid_sqrtm": lambda: sqrtm_fid(first, second),
        "features": lambda: extract(images),
    }
    for network, precision in options["precisions"].items():
        generator = Generator(build_vae(configuration(network, precision)), seed=0)
        actions[f"generate_{network}"] = lambda generator=generator: generator.images(generator.prior_latents(COUNT))
    for action in actions.values():
        action()
    expected = sqrtm_fid(first, second)

    def measure(request: Mapping[str, Any]) -> dict[str, Any]:
        return {name: timed(action) for name, action in actions.items()}

    return measure, {"fid_relative_difference": abs(fid(first, second) - expected) / expected}


if __name__ == "__main__":
    serve(prepare)
