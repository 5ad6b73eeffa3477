"""Values of tables and sentences: numbers that know the record they come from, and tables by a list of columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline.experiment.formats import apart, mean_and_sd, number
from pipeline.names import model_name
from tfvae.evaluation.metrics import METRICS
from tfvae.plotting.identity import Identity


@dataclass(frozen=True)
class Value:
    """A text that may lead to a record."""

    text: str
    key: float | str | None  # sorts the column; None for an empty cell, which comes last
    href: str = ""  # relative address of the record
    note: str = ""  # shown by a pointer that rests on it
    color: str = ""  # of a swatch before the text, "#rrggbb"


NOTHING = Value("–", None)  # noqa: RUF001


def plain(content: str | int) -> Value:
    """Return a text or a whole number that leads nowhere."""
    return Value(str(content), content)


@dataclass(frozen=True)
class Record:
    """The content of a JSON file that a stage wrote, or the part of it below a path of keys."""

    stage: str
    name: str  # which of the stage's records, as in "mnist-mlp-0.2"; "" if it is the only one
    href: str  # relative address
    content: Any  # the whole of the file
    path: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The stage with its matrix item, as `dvc repro` takes it."""
        return f"{self.stage}@{self.name}" if self.name else self.stage

    @property
    def label(self) -> str:
        """The thesis's name of the record's model."""
        return model_name(self.content)

    def model(self, key: float | None = None) -> Value:
        """Return the model's name, sorted by `key`."""
        return Value(self.label, key, self.href, self.target, Identity.of(self.content).color)

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
    values = [number(value, metric) for value in content["values"]]
    runs = f"{len(values)} run{'s' if len(values) > 1 else ''}: {', '.join(values)}"
    note = f"{origin}; {runs}" if origin else runs
    return Value(mean_and_sd(content, metric), float(content["mean"]), href, note)


@dataclass(frozen=True)
class Column:
    """A column of a table of records or parts of records, one a row."""

    title: str
    path: str  # the keys of its values below each row's record, separated by slashes
    # A summary or number, the same by seed where seeds lie apart, a whole number, the number of runs.
    kind: Literal["metric", "seeds", "count", "runs"] = "metric"
    like: str = ""  # the metric that gives the digits; "" for the last key
    optional: bool = False  # whether a record may lack it, which leaves the cell empty

    def cell(self, record: Record) -> Value:
        """Return the value of the row of a record."""
        keys = self.path.split("/")
        if self.optional and keys[0] not in record.at():
            return NOTHING
        if self.kind in ("metric", "seeds"):
            value, content = record.value(*keys, like=self.like), record.at(*keys)
            if self.kind == "seeds" and apart(content):
                values = [number(one, self.like or keys[-1]) for one in sorted(content["values"])]
                return replace(value, text=", ".join(values))
            return value
        return record.count(*keys) if self.kind == "count" else plain(record.at(*keys))


RUNS = Column("Runs", "fid/n", "runs")


def titles(*names: str) -> dict[str, str]:
    """Return {metric: title of a column}, which is its name in words unless it has a title of its own."""
    own = {"kl": "KL", "mse": "Squared error"} | {name: metric.title for name, metric in METRICS.items()}
    return {name: own.get(name, name.replace("_", " ").capitalize()) for name in names}


def columns(titles: Mapping[str, str], **options: Any) -> tuple[Column, ...]:
    """Return a column for each metric of {path: title}, with options of `Column`."""
    return tuple(Column(title, path, **options) for path, title in titles.items())


@dataclass(frozen=True)
class Table:
    """A caption, the columns' titles, and rows of as many values."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]


def table(caption: str, of: Sequence[Column], rows: Iterable[tuple[Value, Record]], first: str = "Model") -> Table:
    """Return the table of columns whose rows are named records; `first` is the title of the names' column."""
    cells = [(name, *(column.cell(record) for column in of)) for name, record in rows]
    return Table(caption, (first, *(column.title for column in of)), cells)
