"""The record of the stage conditional, and the table of its trials."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.experiment.running import Outcome
from pipeline.experiment.summaries import summarize_nested


def trials_table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return the trials as a table: in the place of the losses, the last one and how many there are."""
    import pandas as pd

    plain = [
        {**row, "losses": None, "epochs": len(row["losses"]), "loss": row["losses"][-1] if row["losses"] else np.nan}
        for row in rows
    ]
    return pd.DataFrame(plain).drop(columns="losses")


def record(settings: Any, search: Outcome, outcomes: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    """Return the record of the search's trials and of the outcomes of both models."""
    rows, chosen = search.trained["trials"], search.measured
    return {
        "seeds": settings.seeds,
        "epochs": settings.epochs,
        "cooldown_share": settings.cooldown_share,
        "images": settings.images,
        "search": {
            "trials": len(rows),
            "pruned": sum(row["state"] == "pruned" for row in rows),
            "epochs": settings.search_epochs,
            "best": {**{name: chosen[name] for name in settings.space.model_dump()}, "loss": chosen["losses"][-1]},
        },
        "models": {model: _describe(of_model) for model, of_model in outcomes.items()},
    }


def _describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return a model's costs and its metrics summarized over seeds.

    A dense network multiplies by each of its weights once for each image; biases are only added.
    """
    weights = outcomes[0].trained["weights"][""]
    return {
        "parameters": sum(weight.size for weight in weights),
        "multiplications_per_image": sum(weight.size for weight in weights if weight.ndim == 2),
        **summarize_nested([outcome.measured["metrics"] for outcome in outcomes]),
    }
