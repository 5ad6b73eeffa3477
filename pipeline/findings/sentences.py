"""The findings of the study in sentences, with the numbers of the records: templates beside this module."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from jinja2.utils import missing

from pipeline import files
from pipeline.experiment.differences import Difference, Sample
from pipeline.experiment.formats import apart, rank, spread
from pipeline.known_factors.names import SCORES
from pipeline.names import dataset_title
from pipeline.params.schema import Parameters
from pipeline.published.chance import searches, spearman
from pipeline.vq_vae.names import label

# The parts of pages; "strongest-findings" has those of `STRONGEST` alone.
PARTS = ("findings", "further-findings", "strongest-findings")
# Each has a template of its own, of the beginning of an item of "findings" in which no link may stand.
STRONGEST = ("frozen-noise", "clamped-sticks", "two-classifiers", "ranking", "mixture")
Made = TypeVar("Made")
Summary = Mapping[str, Any]
Records = Callable[[str], Any]


class _Missing(StrictUndefined):
    """What a template lacks and uses; if a record should have it, the error names the file."""

    def __init__(self, hint: Any = None, obj: Any = missing, name: Any = None, exc: Any = UndefinedError) -> None:
        if isinstance(obj, files.Named):
            exc = lambda _: files.damaged(obj.path, f"{name!r} is missing")  # noqa: E731
        super().__init__(hint, obj, name, exc)


@dataclass(frozen=True)
class Finding:
    """One of the strongest findings, and where its numbers come from."""

    claim: str
    text: str  # the sentences after the claim
    place: str  # the anchor of what shows it on the page of the whole study
    records: Sequence[str]  # of which the sentences are made, by their paths
    measured: str  # what its picture shows, with the unit
    figure: str = ""  # that picture's path below plots/; "" if it is made of dots
    dots: Mapping[str, Summary] = field(default_factory=dict)  # by row
    published: Mapping[str, float] = field(default_factory=dict)  # the published value beside the dots of a row
    digits: int | None = None  # of the numbers beside the dots; None for as many as sentences have


def findings(part: str, record: Records, parameters: Parameters) -> str:
    """Return one of `PARTS` as a Markdown list; `record` reads a record by its path, such as "conditional/mnist".

    Links lead from a page in docs/.
    A number that a record lacks raises files.Damaged, a missing entry of a list ValueError.
    """
    if part == "strongest-findings":
        strong = (strongest(name, record) for name in STRONGEST)
        return "\n".join(f"{number}. **{found.claim}** {found.text}" for number, found in enumerate(strong, 1))
    template = _templates(record, lambda *_, **__: "").get_template(f"{part}.md.j2")
    items = re.split(r"\n\s*\n", template.render(parameters=parameters).strip())
    return "\n".join(" ".join(item.split()) for item in items)


def strongest(name: str, record: Records) -> Finding:
    """Return one of `STRONGEST`; `record` and errors as of `findings`."""
    told: list[dict[str, Any]] = []

    def shown(place: str, records: Sequence[str], **picture: Any) -> str:
        told.append({"place": place, "records": records, **picture})
        return ""

    text = _templates(record, shown).get_template(f"strongest-{name}.md.j2").render()
    _, claim, rest = (" ".join(piece.split()) for piece in text.split("**"))
    return Finding(claim, rest, **told[0])


def _templates(record: Records, shown: Callable[..., str]) -> Environment:
    """Return the templates' environment; `shown` gets what the template of a strongest finding says of its sources."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, undefined=_Missing, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "spread": spread,
        "only": _only,
        "seeds": seeds,
        "percent": percent,
        "by_seed": by_seed,
    }
    environment.globals |= {"shift": shift, "unseparated": unseparated, "searches": searches, "label": label}
    environment.globals |= {"rank": rank, "spearman": spearman, "log": math.log, "order": order}
    environment.globals |= {"record": record, "if_recorded": lambda name: if_recorded(partial(record, name))}
    environment.globals |= {"shown": shown, "dataset_title": dataset_title, "score_names": SCORES}
    return environment


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


def if_recorded(made: Callable[[], Made]) -> Made | None:
    """Return what is made of records, None where there is no such file, because its stage has not run yet."""
    try:
        return made()
    except files.Damaged as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def _only(entries: Iterable[Mapping[str, Any]], **wanted: Any) -> Mapping[str, Any]:
    """Return the one entry of a list that has these values."""
    [entry] = [entry for entry in entries if all(entry[name] == value for name, value in wanted.items())]
    return entry
