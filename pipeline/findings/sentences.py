"""The findings of the study in sentences, with the numbers of the records: templates beside this module."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import files
from pipeline.experiment.differences import Difference, Sample
from pipeline.experiment.formats import apart, rank, spread
from pipeline.params.schema import Parameters
from pipeline.published.chance import searches, spearman
from pipeline.vq_vae.names import label

# The parts of pages, with the template of each. Of an item, the strongest show what stands before `more` in it; items
# without it are not among them.
PARTS = {"findings": "findings", "further-findings": "further-findings", "strongest-findings": "findings"}
STRONGEST = "strongest-findings"
_MORE = "(more)"
Summary = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One of the strongest findings, and where its numbers come from."""

    claim: str
    text: str  # the sentences after the claim
    place: str  # the anchor of the part of the page that shows it
    records: Sequence[str]  # of which the sentences are made, by their paths
    figure: str = ""  # the picture that shows it, by its path below plots/, "" without one
    measured: str = ""  # what `dots` are, with their unit
    dots: Mapping[str, Summary] = field(default_factory=dict)  # by row, for a picture made of them
    published: Mapping[str, float] = field(default_factory=dict)  # the published value beside the dots of a row


def findings(part: str, record: Callable[[str], Any], parameters: Parameters) -> str:
    """Return one of `PARTS` as a Markdown list; `record` reads a record by its path, such as "conditional/mnist".

    Links lead from a page in docs/.
    A missing number raises jinja2.UndefinedError, a missing entry of a list ValueError.
    """
    if part == STRONGEST:
        strong = enumerate(strongest(record, parameters), 1)
        return "\n".join(f"{number}. **{found.claim}** {found.text}" for number, found in strong)
    return "\n".join(" ".join(item.replace(_MORE, "").split()) for item in _items(part, record, parameters)[0])


def strongest(record: Callable[[str], Any], parameters: Parameters) -> list[Finding]:
    """Return the strongest findings; `record` and errors as of `findings`."""
    items, shown = _items(STRONGEST, record, parameters)
    found = []
    for item, more in zip((item for item in items if _MORE in item), shown, strict=True):
        _, claim, text = (" ".join(piece.split()) for piece in item.partition(_MORE)[0].split("**"))
        found.append(more(claim, text))
    return found


def _items(
    part: str, record: Callable[[str], Any], parameters: Parameters
) -> tuple[list[str], list[Callable[[str, str], Finding]]]:
    """Return the items of a template; and for each of the strongest, in order, what makes it of its claim and text."""
    shown: list[Callable[[str, str], Finding]] = []

    def more(place: str, records: Sequence[str], **picture: Any) -> str:
        shown.append(partial(Finding, place=place, records=records, **picture))
        return _MORE

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "spread": spread,
        "only": _only,
        "seeds": seeds,
        "percent": percent,
        "by_seed": by_seed,
    }
    environment.globals |= {"shift": shift, "unseparated": unseparated, "searches": searches, "label": label}
    environment.globals |= {"rank": rank, "spearman": spearman, "log": math.log, "order": order}
    environment.globals |= {"if_recorded": lambda name: _if_recorded(record, name), "more": more}
    text = environment.get_template(f"{PARTS[part]}.md.j2").render(record=record, parameters=parameters)
    return re.split(r"\n\s*\n", text.strip()), shown


def difference(one: Summary, other: Summary) -> Difference:
    """Return the difference from one summary to another, with Welch's interval."""
    before, after = (Sample(summary["mean"], summary["sd"], summary["n"]) for summary in (one, other))
    return Difference("", before, after)


def shift(one: Summary, other: Summary) -> str:
    """Return Welch's 95 % interval of the difference from one summary to a larger one, as in "39.9 to 43.7".

    ValueError with a single seed, which has none.
    """
    interval = difference(one, other).interval
    if interval is None:
        raise ValueError(f"An interval needs two seeds on both sides. Received: n = {one['n']} and {other['n']}")
    low, high = interval
    digits = 3 if high < 1 else 2 if high < 10 else 1
    return f"{low:.{digits}f} to {high:.{digits}f}"


def unseparated(named: Mapping[str, Summary]) -> list[tuple[str, str]]:
    """Return the pairs of names whose summaries differ by no more than the spread of seeds, by Welch's interval."""
    pairs = combinations(named, 2)
    return [(one, other) for one, other in pairs if difference(named[one], named[other]).verdict != "clear"]


def order(one: Summary, other: Summary) -> str:
    """Return whether one summary is "below" or "above" another by Welch's interval, or "not apart from" it.

    One seed on either side tells nothing of that.
    """
    if min(one["n"], other["n"]) == 1:
        return "with one seed not told from"
    found = difference(other, one)
    if found.verdict != "clear":
        return "not apart from"
    return "below" if one["mean"] < other["mean"] else "above"


def by_seed(summary: Summary) -> str:
    """Return "mean ± sd", and each seed's value where seeds lie apart, as in "60.0 ± 42.4 (30, 90)"."""
    values = ", ".join(f"{value:.0f}" for value in sorted(summary["values"]))
    return f"{spread(summary)} ({values})" if apart(summary) else spread(summary)


def seeds(summary: Summary) -> str:
    """Return how many seeds a summary is of, in words."""
    return "one seed" if summary["n"] == 1 else f"{summary['n']} seeds"


def percent(share: float) -> str:
    """Return a share as a percentage with one digit."""
    return f"{100 * share:.1f} %"


def _if_recorded(record: Callable[[str], Any], name: str) -> Any:
    """Return a record, None where there is no such file, because its stage has not run yet."""
    try:
        return record(name)
    except files.Damaged as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def _only(entries: Iterable[Mapping[str, Any]], **wanted: Any) -> Mapping[str, Any]:
    """Return the one entry of a list that has these values."""
    [entry] = [entry for entry in entries if all(entry[name] == value for name, value in wanted.items())]
    return entry
