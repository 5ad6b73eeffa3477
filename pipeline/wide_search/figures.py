"""Figures of the stage hyperparameter-search."""

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from pipeline.names import dataset_title
from pipeline.wide_search.measuring import OBJECTIVES
from tfvae.plotting.fronts import two_searches
from tfvae.plotting.scores import seeds

SEARCH, GRID = "search over all hyperparameters", "hand-made grid of architectures"
BILLION = 1e9


def draw(record: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of a dataset's record."""
    title = f"{dataset_title(record['dataset'])}: a search over all hyperparameters, and the grid of architectures"
    of_search, spent = [], 0.0
    for trial in record["trials"]:
        spent += trial["cost"] / BILLION
        if trial["rungs"]:  # else it diverged at once, and only its cost is known
            of_search.append({**_of(trial["rungs"][-1]), "cost": spent, "complete": trial["state"] == "complete"})
            spent = 0.0
    of_grid = [{**_of(one), "cost": one["cost"] / BILLION, "complete": True} for one in record["grid"]["candidates"]]
    again: dict[str, dict[str, Any]] = {SEARCH: {}, GRID: {}}
    for name, one in record["confirmed"].items():
        if "fid" in one:
            values = {metric: one[metric]["values"] for metric in OBJECTIVES}
            again[SEARCH if name.startswith("trial-") else GRID][name.replace("-", " ", name.count("trial"))] = values
    note = (
        f"Cost: training images times the model's weights. Above on the right: mean and standard deviation over "
        f"{seeds(len(record['seeds']))} that chose nothing. Ended early: worse than rivals after as many steps."
    )
    searches = {SEARCH: of_search, GRID: of_grid}
    yield "fronts", two_searches(searches, again, title=title, unit="billions", note=note)


def _of(measured: Mapping[str, Any]) -> dict[str, float]:
    return {name: measured[name] for name in OBJECTIVES}
