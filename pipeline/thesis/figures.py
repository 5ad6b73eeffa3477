"""Every picture of a dataset's study, and its training curves as one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tfvae.plotting.augmented import augmented_sampling
from tfvae.plotting.curves import training_curves
from tfvae.plotting.identity import Identity
from tfvae.plotting.images import dataset_preview, reconstruction_grid, sample_grid
from tfvae.plotting.manifolds import manifold_grid
from tfvae.plotting.overview import fid_by_beta, overview
from tfvae.plotting.search import pareto_scatter, period_curves
from tfvae.plotting.sticks import stick_breaking

TITLES = {"digits": "Digits", "mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
CLASS_NAMES = {
    "fashion_mnist": (
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ),
}  # fmt: skip
NETWORK_TITLES = {"mlp": "dense networks (mlp)", "cnn": "convolutional networks (cnn)"}
CURVE_COLUMNS = ["step", "network", "posterior", "beta", "seed", "loss", "distortion", "kl", "fid", "tvd"]


@dataclass(frozen=True)
class Run:
    """One trained configuration.

    Args:
        record: its record (network, posterior, beta, summaries over the seeds).
        histories: by seed, a row per period.
        samples: arrays "plain", "scaled", "originals", "reconstructions", of the first seed.
        scale: factor of the latents of "scaled".
    """

    record: Mapping[str, Any]
    histories: Mapping[int, pd.DataFrame]
    samples: Mapping[str, np.ndarray]
    scale: float

    @property
    def model(self) -> Identity:
        """The identity of its model."""
        return Identity.of(self.record)


@dataclass(frozen=True)
class Study:
    """All that the figures of one dataset show; `runs` holds the beta-VAEs in ascending beta, then stick-breaking."""

    dataset: str
    images: np.ndarray
    labels: np.ndarray
    searches: Sequence[Mapping[str, Any]]
    runs: Sequence[Run]
    augmented: Sequence[Mapping[str, Any]]
    manifolds: Mapping[str, Mapping[str, np.ndarray]]
    manifold_columns: Mapping[str, str]
    classifier: Mapping[str, float]

    @property
    def title(self) -> str:
        """The dataset's name as people write it."""
        return TITLES.get(self.dataset, self.dataset)

    @property
    def networks(self) -> list[str]:
        """The networks of the runs, in order of appearance."""
        return list(dict.fromkeys(run.record["network"] for run in self.runs))

    def of(self, network: str, *, sticks: bool | None = None) -> list[Run]:
        """Return the runs of a network: all, or only the stick-breaking ones, or only the others."""
        chosen = [run for run in self.runs if run.record["network"] == network]
        return chosen if sticks is None else [run for run in chosen if run.model.is_stick_breaking is sticks]


def curves_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the histories of all runs as one long table, beta as a number."""
    parts = [
        history.assign(
            network=run.record["network"], posterior=run.record["posterior"], beta=run.record["beta"], seed=seed
        )
        for run in runs
        for seed, history in sorted(run.histories.items())
    ]
    return pd.concat(parts, ignore_index=True)[CURVE_COLUMNS]


def draw(study: Study) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of a study, one at a time."""
    yield "dataset", dataset_preview(
        study.images, study.labels, class_names=CLASS_NAMES.get(study.dataset),
        title=f"{study.title}: the first training images of each class",
    )  # fmt: skip
    yield from _draw_searches(study)
    for network in study.networks:
        yield from _draw_network(study, network)
    for network, arrays in study.manifolds.items():
        title = f"{study.title}, {NETWORK_TITLES[network]}: two-dimensional latents, decoded on a grid"
        yield f"manifolds-{network}", manifold_grid(arrays, title=title, names=study.manifold_columns)
    yield (
        "augmented-sampling",
        augmented_sampling(study.augmented, title=f"{study.title}: the same models, sampled in other ways"),
    )
    records = {network: [run.record for run in study.of(network, sticks=False)] for network in study.networks}
    yield "fid-by-beta", fid_by_beta(records, title=f"{study.title}: sample quality depends on β")
    yield "overview", _draw_overview(study)


def _draw_searches(study: Study) -> Iterator[tuple[str, Figure]]:
    for search in study.searches:
        network, name = search["network"], search["architecture"]["name"]
        where = TITLES.get(search["searched_on"], search["searched_on"])
        head = f"{where}, {NETWORK_TITLES[network]}"
        listed = name if name in {candidate["name"] for candidate in search["candidates"]} else None
        yield (
            f"pareto-{network}",
            pareto_scatter(
                search["candidates"], search["front"], selected=listed, title=f"{head}: candidate architectures"
            ),
        )
        yield f"periods-{network}", period_curves(
            search["runs"], search["noise_sd"], consistent=search["consistent"], selected=search["selected"],
            title=f"{head}: does each metric fall steadily?",
        )  # fmt: skip


def _draw_network(study: Study, network: str) -> Iterator[tuple[str, Figure]]:
    head = f"{study.title}, {NETWORK_TITLES[network]}"
    runs, gaussian = study.of(network), study.of(network, sticks=False)
    pixels = int(np.prod(study.images.shape[1:]))
    floors = {"mean image": study.classifier["fid_mean_image"], "real training images": study.classifier["fid_floor"]}
    yield (
        f"training-curves-{network}",
        training_curves(curves_table(gaussian), title=f"{head}: training of the β-VAE", pixels=pixels, floors=floors),
    )
    for run in study.of(network, sticks=True):
        yield f"stick-breaking-{network}", stick_breaking(
            curves_table([run]), run.record["sticks"], run.record["concentration"], pixels=pixels, floors=floors,
            title=f"{head}: training of the stick-breaking VAE",
        )  # fmt: skip
    samples = {run.model: run.samples for run in runs}
    yield f"samples-{network}", sample_grid(samples, scale=runs[0].scale, title=f"{head}: samples")
    yield f"reconstructions-{network}", reconstruction_grid(
        runs[0].samples["originals"], {run.model: run.samples["reconstructions"] for run in runs},
        title=f"{head}: test images and reconstructions",
    )  # fmt: skip


def _draw_overview(study: Study) -> Figure:
    network = "cnn" if "cnn" in study.networks else study.networks[0]
    runs = study.of(network, sticks=False)
    best = min(runs, key=lambda run: run.record["fid"]["mean"])
    title = f"{study.title}: the β-VAE with {NETWORK_TITLES[network].partition(' (')[0]}"
    return overview(best.samples, [run.record for run in runs], beta=best.record["beta"], title=title)
