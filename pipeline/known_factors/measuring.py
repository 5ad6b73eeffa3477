"""Score one model's latents by the known factors of its images."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Measuring, trained_generator
from pipeline.experiment.pictures import traversal_pictures
from tfvae import randomness
from tfvae.data.dots import Dots
from tfvae.data.factors import FactorGrid
from tfvae.data.sprites import Sprites
from tfvae.errors import Refused

SETTINGS = (
    "images", "test_images", "dci_images", "dci_trees", "udr_images", "train_draws", "test_draws", "draw_images",
)  # fmt: skip
_SEED = 0  # of all draws that scores are made of, the same for all models


def known(dataset: str) -> Sprites | Dots:
    """Return a data set with known factors by its name.

    Raises:
        Refused: if there is none of that name.
    """
    sets: dict[str, Sprites | Dots] = {"dots": Dots(16), "sprites": Sprites(32)}
    if dataset not in sets:
        raise Refused(f"known data sets with factors are {', '.join(sets)}. Received: {dataset!r}")
    return sets[dataset]


@dataclass(frozen=True)
class Standard:
    """The standard for all models of one data set: its images, its grid, and settings by name.

    The images (N, H, W, C) uint8 are those of all combinations of the factors, in the order of the grid's indices. The
    settings are those of the stage that `SETTINGS` names, no others: of these a measuring knows nothing.
    """

    images: np.ndarray
    grid: FactorGrid
    settings: SimpleNamespace

    @classmethod
    def of(cls, settings: Any, dataset: str) -> "Standard":
        """Return the standard of a data set and of the stage's settings."""
        source = known(dataset)
        images = source.images(np.arange(len(source.grid)))
        return cls(images, source.grid, SimpleNamespace(**{name: getattr(settings, name) for name in SETTINGS}))

    def split(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the indices of the images that scores are fitted to, and of those that they are judged by."""
        order, images = (
            randomness.generator(_SEED, "images of scores").permutation(len(self.grid)),
            self.settings.images,
        )
        return order[:images], order[images : images + self.settings.test_images]


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return what was measured of a trained model.

    "metrics"; "pictures": "traversals" (D, 9, H, W, C) uint8, latents in the order of their KL divergence, the greatest
    first; and what UDR compares models by: "codes" (udr_images, D), and "divergences" (D,) in nats.
    """
    from tfvae.evaluation.latent_space import kl_per_dimension
    from tfvae.sampling.encoding import posterior_parameters

    generator, images = trained_generator(measuring.training, trained["weights"][""]), standard.images
    terms = generator.reconstruct(images).mean_terms()
    means, log_variances = np.split(posterior_parameters(generator.model, images), 2, axis=1)
    divergences = kl_per_dimension(means, log_variances)
    ranked = np.argsort(-divergences, kind="stable")
    middle = standard.grid.index_of([[size // 2 for size in standard.grid.sizes]])[0]
    return {
        "metrics": {
            "distortion": terms["distortion"],
            "kl": terms["kl"],
            # Which dimension is which differs between seeds, so they are named by their rank.
            "kl_per_dimension": {str(rank + 1): float(divergences[place]) for rank, place in enumerate(ranked)},
            "scores": scores(means, standard),
        },
        "pictures": {"traversals": traversal_pictures(generator, images, means[middle], ranked)},
        "codes": means[standard.split()[1][: standard.settings.udr_images]],
        "divergences": divergences,
    }


def scores(codes: np.ndarray, standard: Standard) -> dict[str, float]:
    """Return the scores of the codes (N, D) of all images of a data set, in the order of the grid's indices."""
    from tfvae.evaluation import disentanglement

    settings, grid = standard.settings, standard.grid
    factors = grid.factors_of(np.arange(len(grid)))
    train, test = standard.split()
    first = slice(settings.dci_images)
    dci = disentanglement.dci(
        codes[train][first], factors[train][first], codes[test][first], factors[test][first],
        trees=settings.dci_trees, seed=_SEED,
    )  # fmt: skip
    both = codes[train], factors[train], codes[test], factors[test]

    def represent(rows: np.ndarray) -> np.ndarray:
        return codes[grid.index_of(rows)]

    draws = {"train_draws": settings.train_draws, "test_draws": settings.test_draws, "seed": _SEED}
    return {
        "beta_vae": disentanglement.beta_vae_score(represent, grid.sizes, pairs=settings.draw_images, **draws),
        "factor_vae": disentanglement.factor_vae_score(
            represent, grid.sizes, batch=settings.draw_images, scale_images=settings.train_draws, **draws
        ),
        "mig": disentanglement.mig(codes[train], factors[train]),
        "sap": disentanglement.sap(*both),
        "modularity": disentanglement.modularity(codes[train], factors[train]),
        "explicitness": disentanglement.explicitness(*both),
        "disentanglement": dci.disentanglement,
        "completeness": dci.completeness,
        "informativeness": dci.informativeness,
    }


def floors(standard: Standard, latent_dim: int) -> dict[str, float]:
    """Return the scores of the pixels' first principal components, as many as latents, each of variance 1.

    Not of the pixels themselves: SAP and DCI take hours of a thousand dimensions, and neighbours tell the same of a
    factor, which leaves MIG no gap.
    """
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    pixels = standard.images.reshape(len(standard.images), -1) / 255.0
    with threadpool_limits(limits=1):  # the same bytes on any number of cores
        components = PCA(min(latent_dim, len(pixels) - 1), whiten=True, svd_solver="full").fit_transform(pixels)
        return scores(components, standard)
