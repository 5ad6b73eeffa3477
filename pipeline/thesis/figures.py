"""Every picture of a dataset's study, and its training curves as one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline import files
from pipeline.experiment.formats import rank
from pipeline.experiment.precisions import mixed
from pipeline.names import CLASS_NAMES, NETWORK_TITLES, dataset_title, model_name
from tfvae.plotting.augmented import augmented_sampling
from tfvae.plotting.curves import training_curves
from tfvae.plotting.identity import GAUSSIAN, STICK_BREAKING, Identity
from tfvae.plotting.images import dataset_preview, reconstruction_grid, sample_grid, variant_grid
from tfvae.plotting.manifolds import manifold_grid
from tfvae.plotting.overview import fid_by_beta, overview
from tfvae.plotting.scores import of_seeds
from tfvae.plotting.search import pareto_scatter, period_curves
from tfvae.plotting.sticks import stick_breaking
from tfvae.plotting.style import TIMES

OF_RECORD = ("network", "posterior", "beta")
CURVE_COLUMNS = ["step", *OF_RECORD, "seed", "loss", "distortion", "kl", "fid", "tvd"]


@dataclass(frozen=True)
class Run:
    """One trained configuration: its `record` (summaries over the seeds), and `curves`, a row per seed and period.

    `samples` of the first seed are "plain", "scaled" (latents times `scale`), "originals" and "reconstructions".
    """

    record: Mapping[str, Any]
    curves: pd.DataFrame
    samples: Mapping[str, np.ndarray]
    scale: float


def read_run(path: Path, kind: Any, figure_data: Path) -> Run:
    """Return a configuration from its record, which is of a kind, and the folder in `figure_data` with its name."""
    record, folder = files.read_json(path, kind), figure_data / path.stem
    needed = [name for name in CURVE_COLUMNS if name not in OF_RECORD]
    history = files.read_csv(folder / "history.csv", needed).sort_values("seed", kind="stable")
    curves = history.assign(**{name: record[name] for name in OF_RECORD})
    arrays = files.read_npz(folder / "samples.npz")
    frames, scales = arrays["frames"], arrays["scales"]
    samples = {**arrays, "plain": frames[0], "scaled": frames[-1]}
    return Run(record, curves[CURVE_COLUMNS], samples, float(scales[-1]))


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
    variants: Mapping[str, Any]
    variant_samples: Mapping[str, np.ndarray]  # by "<model>|<sampler>"
    classifier: Mapping[str, float]
    grids: Mapping[str, Any]  # by network, the parameters of the search's first stage

    @property
    def title(self) -> str:
        """The dataset's name as people write it."""
        return dataset_title(self.dataset)

    @property
    def networks(self) -> list[str]:
        """The networks of the runs, in order of appearance."""
        return list(dict.fromkeys(run.record["network"] for run in self.runs))

    def of(self, network: str, posterior: str | None = None) -> list[Run]:
        """Return the runs of a network: all, or those with a posterior."""
        runs = [run for run in self.runs if run.record["network"] == network]
        return [run for run in runs if posterior in (None, run.record["posterior"])]

    def note(self, name: str) -> str:
        """Return what a figure says of its models' precisions, by the figure's name: "" where they have one."""
        kind, _, network = name.rpartition("-")
        if kind == "pareto":
            return mixed(("all else", search) for search in self.searches if search["network"] == network)
        if kind in ("", "periods", "manifolds") and name != "overview":
            return ""
        network = _overview_network(self) if name == "overview" else network
        runs = self.of(network) if network in self.networks else self.runs
        return mixed((model_name(run.record), run.record) for run in runs)


def curves_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the curves of all runs as one long table, beta as a number."""
    return pd.concat([run.curves for run in runs], ignore_index=True)


def draw(study: Study) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of a study, one at a time."""
    names, title = CLASS_NAMES.get(study.dataset), f"{study.title}: the first training images of each class"
    yield "dataset", dataset_preview(study.images, study.labels, class_names=names, title=title)
    yield from _draw_searches(study)
    for network in study.networks:
        yield from _draw_network(study, network)
    for network, arrays in study.manifolds.items():
        title = f"{_head(study.dataset, network)}: two-dimensional latents, decoded on a grid"
        yield f"manifolds-{network}", manifold_grid(arrays, title=title, names=study.manifold_columns)
    title = f"{study.title}: the same models, sampled in other ways"
    yield "augmented-sampling", augmented_sampling(study.augmented, title=title)
    yield "variants", _draw_variants(study)
    records = {network: [run.record for run in study.of(network, GAUSSIAN)] for network in study.networks}
    yield "fid-by-beta", fid_by_beta(records, title=f"{study.title}: FID of samples, by β")
    yield "overview", _draw_overview(study)


def _draw_variants(study: Study) -> Figure:
    record, samples, models = study.variants, study.variant_samples, study.variants["models"]
    scaled, mixture = f"z {TIMES} {record['scale']:g}", f"z from {record['components']}\nGaussians"
    rows = {"prior": "z from\nthe prior", "scaled": f"the same\n{scaled}", "mixture": mixture}
    named = {
        f"{model['variant']}\nβ = {model['beta']:g}": {row: samples[f"{name}|{row}"] for row in rows}
        for name, model in models.items()
    }
    first = f"each model's first seed ({of_seeds([len(model['seeds']) for model in models.values()])})"
    return variant_grid(named, rows, title=f"{study.title}: samples of models with one thing changed", note=first)


def _head(dataset: str, network: str) -> str:
    return f"{dataset_title(dataset)}, {NETWORK_TITLES[network]} ({network})"


def _draw_searches(study: Study) -> Iterator[tuple[str, Figure]]:
    for search in study.searches:
        network, name, candidates = search["network"], search["architecture"]["name"], search["candidates"]
        other = f"; the search itself chooses {search['selected']}" if name != search["selected"] else ""
        own, head, grid = search["searched_on"] == study.dataset, _head(study.dataset, network), study.grids[network]
        where = "" if own else f" (searched on {dataset_title(search['searched_on'])})"
        yield f"pareto-{network}", pareto_scatter(
            candidates, search["front"],
            selected=name if name in {candidate["name"] for candidate in candidates} else None,
            why=f", {rank(candidates, name)}" + other,
            mean_image=study.classifier["fid_mean_image"] if own else None,
            title=f"{head}: candidate architectures",
            about=f"after {grid.steps:,} training steps, {of_seeds([len(grid.seeds)])}{where}",
        )  # fmt: skip
        yield f"periods-{network}", period_curves(
            search["runs"], search["noise_sd"], consistent=search["consistent"], selected=search["selected"],
            title=f"{head}: does each metric fall steadily?{where}",
        )  # fmt: skip


def _draw_network(study: Study, network: str) -> Iterator[tuple[str, Figure]]:
    head, runs = _head(study.dataset, network), study.of(network)
    floors = {"mean image": study.classifier["fid_mean_image"], "real training images": study.classifier["fid_floor"]}
    shown: dict[str, Any] = {"pixels": int(np.prod(study.images.shape[1:])), "floors": floors}
    curves, title = curves_table(study.of(network, GAUSSIAN)), f"{head}: training of the β-VAE"
    yield f"training-curves-{network}", training_curves(curves, title=title, **shown)
    title = f"{head}: training of the stick-breaking VAE"
    for run in study.of(network, STICK_BREAKING):
        prior = run.record["sticks"], run.record["concentration"]
        yield f"stick-breaking-{network}", stick_breaking(run.curves, *prior, title=title, **shown)
    samples = {Identity.of(run.record): run.samples for run in runs}
    first = f"each model's first seed ({of_seeds([len(run.record['seeds']) for run in runs])})"
    yield f"samples-{network}", sample_grid(samples, scale=runs[0].scale, title=f"{head}: samples", note=first)
    images = {model: arrays["reconstructions"] for model, arrays in samples.items()}
    title = f"{head}: test images and reconstructions"
    yield f"reconstructions-{network}", reconstruction_grid(runs[0].samples["originals"], images, title=title)


def _overview_network(study: Study) -> str:
    return "cnn" if "cnn" in study.networks else study.networks[0]


def _draw_overview(study: Study) -> Figure:
    network = _overview_network(study)
    runs = study.of(network, GAUSSIAN)
    best = min(runs, key=lambda run: run.record["fid"]["mean"])
    title = f"{study.title}: the β-VAE with {NETWORK_TITLES[network]}"
    return overview(best.samples, [run.record for run in runs], beta=best.record["beta"], title=title)
