"""The findings of the study in sentences, with the numbers of the records: templates beside this module."""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.experiment.formats import spread
from pipeline.published.references import Figure

PARTS = ("findings", "further-findings")  # of the README, each with a template


def findings(part: str, record: Callable[[str], Any], figures: Sequence[Figure]) -> str:
    """Return a Markdown list.

    Args:
        part: one of `PARTS`.
        record: returns the content of a record by its path, as in "conditional/mnist".
        figures: the published ones.

    Raises:
        jinja2.UndefinedError: if a record lacks a number.
    """

    def trained(dataset: str, rate: float, steps: int) -> Any:
        """Return the record of a legacy model that was sampled with scaled latents."""
        wanted = (dataset, "squared_error", rate, steps)
        keys = ("dataset", "likelihood", "learning_rate", "steps")
        [row] = [row for row in record("reproduction")["augmented"] if tuple(row[key] for key in keys) == wanted]
        return row

    def published(origin: str, model: str, metric: str) -> float:
        """Return a published number on MNIST."""
        wanted = (origin, "mnist", model, metric)
        [value] = [f.value for f in figures if (f.origin, f.dataset, f.model, f.metric) == wanted]
        return value

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["spread"] = spread
    values = {"record": record, "trained": trained, "published": published, "log": math.log}
    text = environment.get_template(f"{part}.md.j2").render(values)
    return "\n".join(" ".join(item.split()) for item in re.split(r"\n\s*\n", text.strip()))
