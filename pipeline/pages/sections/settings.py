"""The parameters behind every record, and the command that makes it again."""

from collections.abc import Mapping
from typing import Any

from pipeline.pages.study import Study
from pipeline.pages.values import NOTHING, Table, Value

TITLE = "Parameters, and how to run it again"
# Which entries of a record, or of a section of the parameters, are settings, in the order in which they are shown.
SETTINGS = (
    "architecture", "likelihood", "posterior", "beta", "betas", "concentration", "steps", "batch_size", "learning_rate",
    "precision", "points", "scale", "shift", "components", "searched_on", "seed", "seeds",
)  # fmt: skip


def content(study: Study) -> dict[str, Any] | None:
    """Return a table with a row for each record, and for each network's manifolds, which have none."""
    runs = {record.target: (record.href, record.content) for record in study.records}
    for network, settings in study.manifold_settings.items():
        runs[f"manifolds@{study.dataset}-{network}"] = "", vars(settings)
    rows = [
        (Value(target, target, href), _parameters(settings), Value(f"dvc repro {target}", target))
        for target, (href, settings) in sorted(runs.items())
    ]
    data = Table(f"{study.title}: what every stage was run with", ("Record of", "Parameters", "Command"), rows)
    return {"data": data} if rows else None


def _parameters(content: Mapping[str, Any]) -> Value:
    plain = (name for name in SETTINGS if isinstance(content.get(name), str | int | float | list | tuple))
    text = ", ".join(f"{name.replace('_', ' ')} {_text(content[name])}" for name in plain)
    return Value(text, text) if text else NOTHING


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_text(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
