"""The findings of the study in sentences, with the numbers of the records: templates beside this module."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.experiment.formats import spread

PARTS = ("findings", "further-findings")  # of the README, each with a template


def findings(part: str, record: Callable[[str], Any]) -> str:
    """Return one of `PARTS` as a Markdown list; `record` reads a record by its path, such as "conditional/mnist".

    A missing number raises jinja2.UndefinedError, a missing entry of a list ValueError.
    """
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"spread": spread, "only": _only}
    text = environment.get_template(f"{part}.md.j2").render(record=record, log=math.log)
    return "\n".join(" ".join(item.split()) for item in re.split(r"\n\s*\n", text.strip()))


def _only(entries: Iterable[Mapping[str, Any]], **wanted: Any) -> Mapping[str, Any]:
    """Return the one entry of a list that has these values."""
    [entry] = [entry for entry in entries if all(entry[name] == value for name, value in wanted.items())]
    return entry
