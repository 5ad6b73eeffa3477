"""Figures of the stage disentanglement, from the record and the pictures of one data set."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.known_factors.names import DATASETS, METHODS, SCORES, model_title
from tfvae.plotting.disentanglement import correlation_map, ranked_traversals, scores_by_strength


def draw(record: Mapping[str, Any], pictures: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one data set."""
    head, models = DATASETS[record["dataset"]], record["models"]
    yield "scores", _scores(record, f"{head}: scores of disentanglement by the strength of each method")
    count = sum(one["kl"]["n"] for one in models.values())
    correlations = {
        SCORES[name]: {SCORES[other]: value for other, value in of.items()}
        for name, of in record["rank_correlations"].items()
    }
    title = f"{head}: how scores agree on the order of models"
    note = f"Spearman's rank correlation over {count} models: every method, strength and seed."
    yield "correlations", correlation_map(correlations, title=title, note=note)
    yield "traversals", _traversals(record, pictures, head)


def _scores(record: Mapping[str, Any], title: str) -> Figure:
    panels: dict[str, dict[str, dict[float, list[float]]]] = {name: {} for name in SCORES.values()}
    for one in record["models"].values():
        for score, name in SCORES.items():
            of_method = panels[name].setdefault(METHODS[one["method"]], {})
            of_method[one["strength"]] = one["scores"][score]["values"]
    floors = {
        name: {
            "untrained encoder": record["untrained"][score]["values"],
            **({"pixels' components": [record["pixels"][score]]} if score in record["pixels"] else {}),
        }
        for score, name in SCORES.items()
    }
    note = (
        f"Strength: factor of the last term of the method's loss. {record['steps']:,} steps each. "
        f"Grey band: untrained encoders of the same seeds, from lowest to highest."
    )
    return scores_by_strength(panels, floors, title=title, label="strength", note=note)


def _traversals(record: Mapping[str, Any], pictures: Mapping[str, np.ndarray], head: str) -> Figure:
    shown = record["shown"]
    model = record["models"][shown["model"]]
    grids = {}
    for which in ("best", "median"):
        place = model["seeds"].index(shown[which])
        nats = [f"{rank['values'][place]:.2f} nats" for rank in model["kl_per_dimension"].values()]
        mig = model["scores"]["mig"]["values"][place]
        grids[f"{which} seed: {shown[which]}, MIG {mig:.3f}"] = (pictures[which], nats)
    name = model_title(model["method"], model["strength"])
    title = f"{head}: one latent at a time, {name}"
    note = (
        "Each row: one latent from 2.5 standard deviations below its mean to as many above, the others as the middle "
        f"image has them; rows by KL divergence. Seeds by their MIG, of {len(model['seeds'])}; of all models the one "
        "with the highest mean MIG."
    )
    return ranked_traversals(grids, title=title, note=note)
