"""What stands in tables and sentences: numbers that know the record they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.thesis.tables import mean_and_sd, number
from tfvae.plotting.identity import Identity


@dataclass(frozen=True)
class Value:
    """A text that may lead to a record.

    Args:
        text: what is shown.
        key: what its column is sorted by; None for an empty cell, which comes last.
        href: relative address of the record it comes from, or "".
        note: what a pointer that rests on it shows.
        color: of a swatch before the text, "#rrggbb", or "" for none.
    """

    text: str
    key: float | str | None
    href: str = ""
    note: str = ""
    color: str = ""


NOTHING = Value("–", None)  # noqa: RUF001


@dataclass(frozen=True)
class Table:
    """A caption, the columns' names, and rows of as many values; `note` explains the columns."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""


@dataclass(frozen=True)
class Record:
    """The content of a JSON file that a stage wrote.

    Args:
        stage: the stage of dvc.yaml.
        name: which of the stage's records, as in "mnist-mlp-0.2"; "" if it is the only one.
        href: its relative address.
        content: as read.
    """

    stage: str
    name: str
    href: str
    content: Any

    @property
    def target(self) -> str:
        """The stage with its matrix item, as `dvc repro` takes it."""
        return f"{self.stage}@{self.name}" if self.name else self.stage

    @property
    def color(self) -> str:
        """The colour of the record's model in all figures."""
        return Identity.of(self.content).color

    def at(self, *keys: str) -> Any:
        """Return what stands at a path of keys."""
        found = self.content
        for key in keys:
            found = found[key]
        return found

    def mean(self, *keys: str) -> float:
        """Return the mean of the summary at a path of keys."""
        return float(self.at(*keys, "mean"))

    def value(self, *keys: str, like: str = "") -> Value:
        """Return the summary or number at a path of keys, with the digits of the metric `like`, or of the last key."""
        return shown(self.at(*keys), like or keys[-1], self.href, self._origin(*keys))

    def count(self, *keys: str) -> Value:
        """Return the whole number at a path of keys."""
        found = self.at(*keys)
        return Value(f"{found:,}", found, self.href, self._origin(*keys))

    def _origin(self, *keys: str) -> str:
        return f"{self.target}: {'.'.join(keys)}"


def shown(found: Any, metric: str, href: str = "", origin: str = "") -> Value:
    """Return a summary over seeds {"mean", "sd", "n", "values"}, a number, or nothing (None) as a value."""
    if found is None:
        return NOTHING
    if not isinstance(found, Mapping):
        return Value(number(found, metric), float(found), href, origin)
    seeds = f"{len(found['values'])} run{'s' if len(found['values']) > 1 else ''}"
    values = ", ".join(number(value, metric) for value in found["values"])
    note = f"{origin}; {seeds}: {values}" if origin else f"{seeds}: {values}"
    return Value(mean_and_sd(found, metric), float(found["mean"]), href, note)
