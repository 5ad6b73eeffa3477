"""Places of our values in the records of the stages, and the counterpart of a published figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Records = Mapping[tuple[Any, ...], Any]


@dataclass(frozen=True)
class Place:
    """A value in a record: the record's stage and what it is of, and the keys that lead to it.

    Args:
        stage: its name in dvc.yaml.
        dataset, network, beta: what the record is of; None where the stage does not have one per network or beta.
        keys: names of entries, one inside the other; in a list, an element is found by its name.
        factor: what the values are multiplied by to mean what was published.
    """

    stage: str
    dataset: str
    network: str | None
    beta: float | None
    keys: tuple[str, ...]
    factor: float = 1.0


@dataclass(frozen=True)
class Counterpart:
    """The values that a figure is compared with.

    Args:
        corrected, legacy: places of our values under our own protocol and under that of the thesis.
        remark: why there are none, why the figure is void, or how our quantity differs.
        built: whether the project has such a system.
        described: where a record says how our model was made.
        published: how the published one was, by the names of that record; empty where it is not known.
    """

    corrected: Place | None = None
    legacy: Place | None = None
    remark: str = ""
    built: bool = True
    described: Place | None = None
    published: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One row of a table of counterparts: which figures it means, and what they are compared with.

    Args:
        origin: of the figures.
        model, metric: of the figures, as regular expressions, whose named groups tell more.
        stage: whose records have our value; "" where none has.
        keys: those of the place, separated by slashes; what is in braces the table's module knows.
        legacy: the metric in the legacy record; "" where it has none.
        remark, built: see `Counterpart`.
    """

    origin: str
    model: str
    metric: str
    stage: str = ""
    keys: str = ""
    legacy: str = ""
    remark: str = ""
    built: bool = True


def look_up(place: Place, records: Records) -> Any:
    """Return the content at a place, None where there is no such record or entry.

    Args:
        place: where to look.
        records: {(stage, dataset, network, beta): record}.
    """
    content = records.get((place.stage, place.dataset, place.network, place.beta))
    for key in place.keys:
        content = _entry(content, key)
    return content


def values(place: Place | None, records: Records) -> list[float]:
    """Return our values over the seeds at a place, none where there is no such record or entry."""
    content = look_up(place, records) if place else None
    if isinstance(content, Mapping):
        content = content.get("values")
    numbers = content if isinstance(content, Sequence) else [] if content is None else [content]
    return [place.factor * float(number) for number in numbers] if place else []


def differences(counterpart: Counterpart, records: Records) -> str:
    """Return which settings of our model are not the published ones, "" if all are or there is no such record."""
    ours = look_up(counterpart.described, records) if counterpart.described else None
    if not isinstance(ours, Mapping):
        return ""
    other = [
        f"{name.replace('_', ' ')} {ours[name]} (published: {value})"
        for name, value in counterpart.published.items()
        if ours[name] != value
    ]
    model = "our model of the thesis's protocol" if counterpart.legacy else "our model"
    return f"{model} has other settings: {', '.join(other)}" if other else ""


def _entry(content: Any, key: str) -> Any:
    if isinstance(content, Mapping):
        return content.get(key)
    if isinstance(content, Sequence):
        named = (part for part in content if key in (part.get("name"), part.get("candidate")))
        return next(named, None)
    return None
