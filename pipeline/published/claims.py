"""What the documents claim in words, beside our records: the rows of `references/claims.csv` and their verdicts.

A claim about numbers is a comparison of our values over seeds with each other, as `claims.yaml` writes it. One value is
above another where their difference is larger than the spread of runs, by the interval of `pipeline.published.rule` for
runs. "best" and "falling" agree where every pair is so ordered, and disagree where one is clearly ordered the other
way; "unbeaten" agrees where no other value is above, which a wide spread makes easy, and disagrees where one is;
"exceeds" is "best" with a claimed number as the only other value, one more run. What lies between, or has too few runs,
is undecided. "equals" compares a single setting. A claim agrees with our records or not: these are of our corrected
protocol, whose budget the reason tells where it is a smaller one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from pipeline.published.counterparts import entry_of
from pipeline.published.references import require, rows
from pipeline.published.rule import compare
from pipeline.published.verdicts import Verdict
from tfvae.data.registry import DATASETS

DOCUMENTS = ("000_thesis", "001_latent", "002_colour", "003_conditional", "004_quantised")
COLUMNS = ("origin", "dataset", "claim", "statement", "source")
NO_VALUE = "our records have no value of it"
Comparison = Literal["best", "falling", "unbeaten", "exceeds", "equals"]
Records = Mapping[str, Any]  # by stage and name, such as "conditional/mnist"


@dataclass(frozen=True)
class Claim:
    """A row of the file, numbered from 2; `claim` is its name within its document."""

    line: int
    origin: str
    dataset: str
    claim: str
    statement: str
    source: str


@dataclass(frozen=True)
class Meaning:
    """What a claim means in our records: an entry of `claims.yaml`, which explains the fields."""

    comparison: Comparison | None = None
    values: Sequence[str] = ()
    lower: bool = False
    claimed: Any = None
    remark: str = ""


_FILE = YAML(typ="safe", pure=True).load(Path(__file__).with_suffix(".yaml"))
MEANINGS = {(origin, name): Meaning(**entry) for origin, entries in _FILE.items() for name, entry in entries.items()}


def parse(text: str) -> tuple[Claim, ...]:
    """Return the claims of the file's text; a ValueError begins with the number of a wrong or repeated line."""
    claims: dict[tuple[str, ...], Claim] = {}
    for line, fields in rows(text, COLUMNS):
        claim = Claim(line, **fields)
        meant = claim.dataset in DATASETS and (claim.origin, claim.claim) in MEANINGS
        require(meant, line, "a known dataset, and a claim that claims.yaml has, are needed", fields)
        require(bool(claim.statement and claim.source), line, "a statement and a source are needed", fields)
        first = claims.setdefault((claim.origin, claim.dataset, claim.claim), claim)
        require(first is claim, line, f"it repeats line {first.line}", fields)
    return tuple(claims.values())


def row(claim: Claim, records: Records) -> dict[str, Any]:
    """Return the record's entry of a claim; "ours" has a summary or a setting for each place, null without one."""
    meaning = MEANINGS[claim.origin, claim.claim]
    ours = {place: at(place, records) for place in (_of(claim, place) for place in meaning.values)}
    missing = not ours or None in ours.values()
    reason = NO_VALUE if ours and missing else _told(_of(claim, meaning.remark), records)
    return {
        **{name: getattr(claim, name) for name in ("line", *COLUMNS)},
        "comparison": meaning.comparison,
        "ours": [{"place": place, "value": value} for place, value in ours.items()],
        "verdict": "not measured" if missing else judge(meaning, list(ours.values())),
        "reason": reason,
    }


def judge(meaning: Meaning, ours: Sequence[Any]) -> Verdict:
    """Return the verdict on a claim whose values are all recorded."""
    if meaning.comparison == "equals":
        return "agrees" if all(value == meaning.claimed for value in ours) else "disagrees"
    orders = list(_orders(meaning, ours))
    if -1 in orders:
        return "disagrees"
    if meaning.comparison == "unbeaten":
        return "undecided" if None in orders else "agrees"
    return "agrees" if all(order == 1 for order in orders) else "undecided"


def at(place: str, records: Records) -> Any:
    """Return a summary, a number or a setting of our records, None where it is not recorded."""
    name, _, keys = place.partition(":")
    return entry_of(records.get(name), keys.split("/"))


def _orders(meaning: Meaning, ours: Sequence[Mapping[str, Any]]) -> Iterator[int | None]:
    """Yield for each pair that a comparison asks for whether the one that is to be above is (1) or the other (-1).

    0 where neither is, None with too few runs.
    """
    if meaning.comparison == "exceeds":
        ours = [*ours, {"mean": meaning.claimed, "values": [meaning.claimed]}]
    pairs = pairwise(ours) if meaning.comparison == "falling" else ((ours[0], other) for other in ours[1:])
    for one, other in pairs:
        first, *rest = one["values"]
        found = compare(first, 0.0, other["values"], "runs", rest)
        above = (one["mean"] > other["mean"]) != meaning.lower
        yield None if found == "undecided" else 0 if found == "agrees" else 1 if above else -1


def _of(claim: Claim, text: str) -> str:
    return text.replace("{dataset}", claim.dataset)


def _told(remark: str, records: Records) -> str:
    """Return a remark with the numbers of our records in place of their places."""

    def number(match: re.Match[str]) -> str:
        value = at(match[1], records)
        return f"{value:.3g}" if isinstance(value, float) else f"{value:,}"

    return re.sub(r"\{([^}]+)\}", number, remark)
