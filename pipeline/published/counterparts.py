"""The counterpart of each published figure in our records, by the rows of `counterparts.yaml`.

A figure of the thesis has up to two places in the records. "corrected" is our own protocol; "legacy" is the thesis's,
in the record of the stage `legacy-experiments` (`pipeline.records.legacy`), one per dataset and network. Its "ablation"
has the switch "losses", so the values on the test images, for every model. A figure of another document has one place,
in the record of the stage `latent-analysis`, or none. Beside records of stages stand the settings of two sections of
params.yaml, `training` and `train_fid_classifier`, for what a record does not say of its models.
"""

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.published.references import Figure
from pipeline.published.rule import Measured

Records = Mapping[tuple[Any, ...], Any]  # {(stage, dataset, network, beta): record}, the keys as of `Place`
BY_BETA = ("main-experiments", "augmented-sampling", "preliminary-grid")  # stages with a record for each beta
LEGACY = "legacy-experiments"
CLAMPED = "clamped_stick_breaking"
# Candidates of the thesis's Pareto fronts by position in the grid, in ascending FID: the order in which both
# architectures that it chose have the lowest FID of their long training.
FRONTS = {"mlp": (11, 13), "cnn": (20, 8, 22)}
CHOSEN = {"mlp": 13, "cnn": 20}
_PERCENT = 100.0


@dataclass(frozen=True)
class Place:
    """A value in a record: the record's stage and what it is of, and the keys that lead to it."""

    stage: str
    dataset: str
    network: str | None  # None where the stage does not have a record for each
    beta: float | None
    keys: tuple[str, ...]  # names of entries, one inside the other; in a list, an element is found by its name
    factor: float = 1.0  # what the values are multiplied by to mean what was published


@dataclass(frozen=True)
class Entry:
    """A row of `counterparts.yaml`, which explains the fields."""

    origin: str
    model: str
    metric: str
    stage: str = ""
    keys: str = ""
    legacy: str = ""
    remark: str = ""
    built: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    settings_in: str = ""


@dataclass(frozen=True)
class Counterpart:
    """The values that a figure is compared with: the row that means it, and their places under both protocols.

    `settings` are the published ones; `further` is where ours are looked for beside the record of `corrected`.
    """

    entry: Entry
    corrected: Place | None = None
    legacy: Place | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    further: Place | None = None


_FILE = YAML(typ="safe", pure=True).load(Path(__file__).with_suffix(".yaml"))
_NAMES: dict[str, str] = _FILE.pop("names")
ENTRIES = tuple(Entry(origin, **row) for origin, rows in _FILE.items() for row in rows)


def counterpart(figure: Figure) -> Counterpart:
    """Return the counterpart of a figure; ValueError if not exactly one row means it."""
    matches = [(entry, parts) for entry in ENTRIES if (parts := _parts(entry, figure)) is not None]
    if len(matches) != 1:
        raise ValueError(f"line {figure.line}: {len(matches)} counterparts for {figure.model!r}, {figure.metric!r}")
    [(entry, parts)] = matches
    if not entry.stage:
        return Counterpart(entry)
    names = {name: _NAMES.get(part, part) for name, part in parts.items()} | {"candidate": _candidate(parts)}
    settings = {key: own.format(**names) if isinstance(own, str) else own for key, own in entry.settings.items()}

    def place(stage: str, *keys: str, factor: float = 1.0) -> Place:
        beta = figure.beta if stage in BY_BETA else None
        return Place(stage, figure.dataset, parts.get("network"), beta, keys, factor)

    corrected = place(entry.stage, *entry.keys.format(**names).split("/"), factor=_factor(figure))
    model = CLAMPED if figure.beta is None else f"{figure.beta:g}"
    of = ("grid", names["candidate"]) if "grid" in parts else ("models", model)
    legacy = place(LEGACY, *of, entry.legacy) if entry.legacy else None
    further = place(entry.settings_in) if entry.settings_in else None
    return Counterpart(entry, corrected, legacy, settings, further)


def look_up(place: Place, records: Records) -> Any:
    """Return the content at a place, None where there is no such record or entry."""
    return entry_of(records.get((place.stage, place.dataset, place.network, place.beta)), place.keys)


def entry_of(content: Any, keys: Iterable[str]) -> Any:
    """Return what keys lead to, one inside the other, None where one leads nowhere; in a list an element has a name."""
    for key in keys:
        if isinstance(content, Mapping):
            content = content.get(key)
        elif isinstance(content, list):
            content = next((part for part in content if key in (part.get("name"), part.get("candidate"))), None)
        else:
            return None
    return content


def values(place: Place | None, records: Records) -> list[float]:
    """Return our values over the seeds at a place, none where there is no such record or entry."""
    content = look_up(place, records) if place else None
    if place is None or content is None:
        return []
    numbers = content["values"] if isinstance(content, Mapping) else [content]
    return [place.factor * float(number) for number in numbers]


def ours(place: Counterpart, records: Records, rest: float = 0.0) -> Measured | None:
    """Return our values of what a counterpart names less the `rest` that its figure leaves out, None if not built."""
    if not place.entry.built:
        return None
    alone = {}
    if place.legacy is not None:
        _, model, metric = place.legacy.keys
        for switch in look_up(replace(place.legacy, keys=("ablation", model)), records) or ():
            alone[switch] = values(replace(place.legacy, keys=("ablation", model, switch, metric)), records)
    corrected = [value - rest for value in values(place.corrected, records)]
    return Measured(corrected, values(place.legacy, records), alone)


def differences(counterpart: Counterpart, records: Records) -> str:
    """Return the settings of our models that differ from the published ones, "" if none does or without a value."""
    protocols = {
        "our model of the thesis's protocol": (counterpart.legacy, None),
        "our model": (counterpart.corrected, counterpart.further),
    }
    told = []
    for whose, (place, further) in protocols.items():
        found = _settings(place, further, records) if place and look_up(place, records) is not None else {}
        other = [
            f"{name.replace('_', ' ')} {found[name]} (published: {value})"
            for name, value in counterpart.settings.items()
            if name in found and found[name] != value
        ]
        told += [f"{whose} has other settings: {', '.join(other)}"] if other else []
    return "; ".join(told)


def _settings(place: Place, further: Place | None, records: Records) -> Mapping[str, Any]:
    """Return what is said around a value: by its own entry first, then by those that hold it, then at `further`."""
    around = [look_up(replace(place, keys=place.keys[:end]), records) for end in reversed(range(len(place.keys)))]
    around += [look_up(further, records)] if further else []
    return ChainMap(*(level for level in around if isinstance(level, dict)))


def _parts(entry: Entry, figure: Figure) -> dict[str, str] | None:
    """Return the named groups of a row in a figure, None if the row does not mean it."""
    model, metric = re.fullmatch(entry.model, figure.model), re.fullmatch(entry.metric, figure.metric)
    if entry.origin != figure.origin or not model or not metric:
        return None
    return model.groupdict() | metric.groupdict()


def _factor(figure: Figure) -> float:
    if figure.metric == "beta_x_kl" and figure.beta is not None:
        return figure.beta
    return _PERCENT if figure.metric.endswith("_pct") else 1.0


def _candidate(parts: Mapping[str, str]) -> str:
    """Return our name of the architecture at a position of the thesis's grid or front, "" without a position.

    Its dense candidates pair halves of one index; its convolutional ones cross six encoders with four decoders in turn.
    """
    if "front" in parts:
        index = FRONTS[parts["network"]][int(parts["front"])]
    elif "grid" in parts:
        index = int(parts["grid"])
    elif "network" in parts:
        index = CHOSEN[parts["network"]]
    else:
        return ""
    encoder, decoder = (index, index) if parts["network"] == "mlp" else divmod(index, 4)
    return f"e{encoder}-d{decoder}"
