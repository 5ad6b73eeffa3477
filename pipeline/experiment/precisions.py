"""The number formats that models were trained in, and what to say where two of them stand together."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def precisions(content: Any, *place: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the place in a record, keys that lead there, and the precision of each part that names one.

    A text alone is one: "precision" is also the name of a metric.
    """
    if isinstance(content, Mapping):
        if isinstance(content.get("precision"), str):
            yield place, content["precision"]
        for name, part in content.items():
            yield from precisions(part, *place, name)


def by_precision(records: Iterable[tuple[str, Any]]) -> dict[str, list[str]]:
    """Return {precision: the names of records, and of parts of them, that have it}, that of most first.

    What does not say its precision is left out.
    """
    found: dict[str, dict[str, None]] = {}
    for record, content in records:
        for place, precision in precisions(content):
            name = " ".join((record, *place[-1:])).strip()
            found.setdefault(precision, {})[name or "all else"] = None
    return {precision: list(found[precision]) for precision in sorted(found, key=lambda one: -len(found[one]))}


def told(parts: Mapping[str, list[str]]) -> str:
    """Return the sentence on what `by_precision` returns, "" if nothing is known; it names the exceptions."""
    (usual, _), *others = parts.items() or [("", [])]
    exceptions = "".join(f", but in {precision}: {', '.join(names)}" for precision, names in others)
    return f"Models were trained in {usual}{exceptions}." if usual else ""


def mixed(records: Iterable[tuple[str, Any]]) -> str:
    """Return the sentence on named records whose models were trained in several precisions, "" if in one."""
    parts = by_precision(records)
    return told(parts) if len(parts) > 1 else ""


def changed(before: Any, after: Any) -> str:
    """Return a line on the parts of a record whose precision differs between its two versions, "" if none does."""
    old, new = dict(precisions(before)), dict(precisions(after))
    parts = [
        f"{' '.join(place) or 'all'} {old[place]} -> {precision}"
        for place, precision in new.items()
        if old.get(place, precision) != precision
    ]
    return f"Precision differs: {', '.join(parts)}." if parts else ""
