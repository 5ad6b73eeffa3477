"""Values of tables and sentences: numbers that know the record they come from, and tables by a list of columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline.experiment.formats import mean_and_sd, number
from pipeline.names import model_name
from tfvae.plotting.identity import Identity


@dataclass(frozen=True)
class Value:
    """A text that may lead to a record.

    Args:
        text: what the reader sees.
        key: sorts the column; None for an empty cell, which comes last.
        href: relative address of the record it comes from, or "".
        note: shown by a pointer that rests on it.
        color: of a swatch before the text, "#rrggbb", or "" for none.
    """

    text: str
    key: float | str | None
    href: str = ""
    note: str = ""
    color: str = ""


NOTHING = Value("–", None)  # noqa: RUF001


def plain(content: str | int) -> Value:
    """Return a text or a whole number that leads nowhere."""
    return Value(str(content), content)


@dataclass(frozen=True)
class Record:
    """The content of a JSON file that a stage wrote, or the part of it below a path of keys.

    Args:
        stage: the stage of dvc.yaml.
        name: which of the stage's records, as in "mnist-mlp-0.2"; "" if it is the only one.
        href: its relative address.
        content: the whole of the file.
        path: the keys that lead to the part.
    """

    stage: str
    name: str
    href: str
    content: Any
    path: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The stage with its matrix item, as `dvc repro` takes it."""
        return f"{self.stage}@{self.name}" if self.name else self.stage

    @property
    def color(self) -> str:
        """The colour of the record's model in all figures."""
        return Identity.of(self.content).color

    def model(self, key: float | None = None) -> Value:
        """Return the model's name, sorted by `key`."""
        return Value(model_name(self.content), key, self.href, self.target, self.color)

    def models(self, names: Mapping[str, str]) -> list[tuple[Value, "Record"]]:
        """Return the part of each entry of "models", with its name of {entry: name}."""
        parts = [(name, self.below("models", name)) for name in self.at("models")]
        return [(Value(names[name], position, self.href), part) for position, (name, part) in enumerate(parts)]

    def below(self, *keys: str) -> "Record":
        """Return the part of the record below a path of keys."""
        return replace(self, path=(*self.path, *keys))

    def at(self, *keys: str) -> Any:
        """Return the content at a path of keys."""
        content = self.content
        for key in (*self.path, *keys):
            content = content[key]
        return content

    def mean(self, *keys: str) -> float:
        """Return the mean of the summary at a path of keys."""
        return float(self.at(*keys, "mean"))

    def value(self, *keys: str, like: str = "") -> Value:
        """Return the summary or number at a path of keys, with the digits of the metric `like`, or of the last key."""
        return shown(self.at(*keys), like or keys[-1], self.href, self._origin(*keys))

    def count(self, *keys: str) -> Value:
        """Return the whole number at a path of keys."""
        content = self.at(*keys)
        return Value(f"{content:,}", content, self.href, self._origin(*keys))

    def _origin(self, *keys: str) -> str:
        return f"{self.target}: {'.'.join((*self.path, *keys))}"


def shown(content: Any, metric: str, href: str = "", origin: str = "") -> Value:
    """Return a summary over seeds {"mean", "sd", "n", "values"}, a number, or nothing (None) as a value."""
    if content is None:
        return NOTHING
    if not isinstance(content, Mapping):
        return Value(number(content, metric), float(content), href, origin)
    seeds = f"{len(content['values'])} run{'s' if len(content['values']) > 1 else ''}"
    values = ", ".join(number(value, metric) for value in content["values"])
    note = f"{origin}; {seeds}: {values}" if origin else f"{seeds}: {values}"
    return Value(mean_and_sd(content, metric), float(content["mean"]), href, note)


@dataclass(frozen=True)
class Column:
    """A column of a table whose rows are records or parts of records.

    Args:
        title: its header.
        path: the keys of its values below each row's record, separated by slashes.
        kind: "metric" for a summary or a number, "count" for a whole number, "runs" for the number of runs.
        like: the metric that gives the digits; "" for the last key.
        optional: whether a record may lack it, which leaves the cell empty.
    """

    title: str
    path: str
    kind: Literal["metric", "count", "runs"] = "metric"
    like: str = ""
    optional: bool = False

    def cell(self, record: Record) -> Value:
        """Return the value of the row of a record."""
        keys = self.path.split("/")
        if self.optional and keys[0] not in record.at():
            return NOTHING
        if self.kind == "metric":
            return record.value(*keys, like=self.like)
        return record.count(*keys) if self.kind == "count" else plain(record.at(*keys))


RUNS = Column("Runs", "fid/n", "runs")


def columns(titles: Mapping[str, str], **options: Any) -> tuple[Column, ...]:
    """Return a column for each metric of {path: title}, with options of `Column`."""
    return tuple(Column(title, path, **options) for path, title in titles.items())


@dataclass(frozen=True)
class Table:
    """A caption, the columns' titles, and rows of as many values; `note` explains the columns."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""


def table(
    caption: str, of: Sequence[Column], rows: Iterable[tuple[Value, Record]], first: str = "Model", note: str = ""
) -> Table:
    """Return the table of columns whose rows are named records; `first` is the title of the names' column."""
    cells = [(name, *(column.cell(record) for column in of)) for name, record in rows]
    return Table(caption, (first, *(column.title for column in of)), cells, note)
