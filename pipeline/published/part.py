"""The published figures beside ours: from the record of the stage reproduction, whose module says what it holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.pages.study import Study
from pipeline.pages.values import NOTHING, Record, Table, Value
from pipeline.thesis.tables import NETWORKS, TITLES
from tfvae.plotting.style import BLUE, FAINT, RED

STAGE = "reproduction"
TITLE = "The published figures, reproduced"
ORIGINS = {
    "000_thesis": "the thesis",
    "001_latent": "a tutorial on latent spaces",
    "pythae": "pythae",
    "nalisnick": "Nalisnick & Smyth, quoted",
    "YannDubs": "YannDubs",
}
VERDICTS = {
    "agrees": "our corrected protocol gives the figure",
    "legacy only": "only the protocol that published it gives it, defects included",
    "disagrees": "no protocol that was measured gives it",
    "undecided": "too few runs to say",
    "not measured": "the value was not measured",
    "not built yet": "there is no such system here",
    "void": "a mistake left the figure without meaning",
    "unverified": "the figure is quoted at second hand",
}
COLORS = {"agrees": BLUE, "legacy only": "#b26a00", "disagrees": RED}
STICKS = "sb-"  # how the names of the thesis's stick-breaking models begin
CLAIM = "kl"
WAYS = ("prior", "scaled", "mixture", "reconstructions")


def content(study: Study) -> dict[str, Any] | None:
    """Return the verdicts and the tables."""
    found = study.of(STAGE)
    if not found:
        return None
    [record] = found
    figures = record.at("figures")
    sticks = [figure for figure in figures if figure["model"].startswith(STICKS) and figure["metric"] == CLAIM]
    counts = {verdict: sum(found.get(verdict, 0) for found in record.at("counts").values()) for verdict in VERDICTS}
    return {
        "total": sum(counts.values()),
        "counts": [(name, count, VERDICTS[name], COLORS.get(name, FAINT)) for name, count in counts.items() if count],
        "by_origin": by_origin(record),
        "sticks": table_of_figures("KL divergence of the thesis’s stick-breaking models", sticks, record),  # noqa: RUF001
        "claims": sorted({f"{figure['published']:.7g}" for figure in sticks}),
        "effects": effects(record),
        "augmented": augmented(record),
        "figures": table_of_figures("Every published figure", figures, record),
        "record": record,
    }


def by_origin(record: Record) -> Table:
    """Return how many figures of each document got each verdict."""
    counts = record.at("counts")
    verdicts = [verdict for verdict in VERDICTS if any(found.get(verdict) for found in counts.values())]
    rows = [
        (_origin(origin), *(Value(str(found.get(name, 0)), found.get(name, 0), record.href) for name in verdicts))
        for origin, found in counts.items()
    ]
    return Table("Verdicts by document", ("Document", *verdicts), rows)


def table_of_figures(caption: str, figures: Sequence[Mapping[str, Any]], record: Record) -> Table:
    """Return a row for each figure: what it is of, three values, the verdict, and what explains it."""
    header = (
        "Document", "Dataset", "Model", "β", "Metric", "Published", "Legacy", "Corrected", "Verdict", "Why", "Line",
    )  # fmt: skip
    return Table(caption, header, [_figure_row(figure, record) for figure in figures])


def effects(record: Record) -> Table:
    """Return what correcting one switch of the legacy protocol does to each metric: clear and large shifts first."""
    found = sorted(record.at("effects"), key=lambda effect: (effect["clear"] is not True, -_relative(effect)))
    rows = [
        (
            _text(switch_name(effect["switch"])),
            _text(f"{effect['from']} → {effect['to']}"),
            _text(_dataset(effect["dataset"])),
            _text(NETWORKS[effect["network"]].partition(" ")[0]),
            _text(effect["model"].replace("_", " ")),
            _text(effect["metric"].replace("_", " ")),
            *(significant(effect[name], record.href) for name in ("legacy", "alone", "shift")),
            _text({True: "yes", False: "no", None: "undecided"}[effect["clear"]]),
        )
        for effect in found
    ]
    header = (
        "Correction", "Change", "Dataset", "Network", "Model", "Metric", "Legacy", "Corrected alone", "Shift", "Clear",
    )  # fmt: skip
    return Table("What each correction does alone", header, rows)


def augmented(record: Record) -> Table:
    """Return what scaled latents do to models that were trained more and less."""
    rows = [
        (
            _text(trained["name"].replace("_", " ")),
            _text(_dataset(trained["dataset"])),
            significant(trained["learning_rate"]),
            Value(str(trained["steps"]), trained["steps"]),
            *(significant(trained[name], record.href) for name in ("mse", "kl")),
            *(significant(trained[way]["fid"], record.href) for way in WAYS),
            *(significant(trained[way]["contrast"], record.href) for way in ("prior", "scaled")),
            significant(trained["test_contrast"], record.href),
        )
        for trained in record.at("augmented")
    ]
    header = (
        "Model", "Dataset", "Learning rate", "Steps", "Squared error", "KL",
        *(f"FID, {way}" for way in WAYS), "Contrast, prior", "Contrast, scaled", "Contrast, test images",
    )  # fmt: skip
    return Table("When scaled latents help", header, rows)


def significant(found: Any, href: str = "") -> Value:
    """Return a summary, a number or nothing with four significant digits: the metrics have very different scales."""
    if found is None:
        return NOTHING
    if not isinstance(found, Mapping):
        return Value(_digits(found), float(found), href)
    spread = "" if found["sd"] is None else f" ± {float(format(found['sd'], '.2g')):g}"
    values = ", ".join(_digits(value) for value in found["values"])
    return Value(_digits(found["mean"]) + spread, found["mean"], href, f"{found['n']} runs: {values}")


def switch_name(switch: str) -> str:
    """Return a switch of the legacy protocol as people write it."""
    return switch.replace("_", " ")


def _figure_row(figure: Mapping[str, Any], record: Record) -> tuple[Value, ...]:
    why = ", ".join(switch_name(switch) for switch in figure["explained_by"]) or figure["reason"] or figure["note"]
    published = figure["published"]
    return (
        _origin(figure["origin"]),
        _text(_dataset(figure["dataset"])),
        _text(figure["model"]),
        NOTHING if figure["beta"] is None else Value(f"{figure['beta']:g}", figure["beta"]),
        _text(figure["metric"].replace("_", " ")),
        Value(f"{published:.7g}", published, record.href, figure["source"]),
        significant(figure["legacy"], record.href),
        significant(figure["corrected"], record.href),
        Value(figure["verdict"], figure["verdict"], color=COLORS.get(figure["verdict"], FAINT)),
        _text(why) if why else NOTHING,
        Value(str(figure["line"]), figure["line"]),
    )


def _relative(effect: Mapping[str, Any]) -> float:
    """Return the size of a shift beside the legacy mean; infinite beside 0."""
    mean = effect["legacy"]["mean"]
    return abs(effect["shift"] / mean) if mean else float("inf")


def _origin(origin: str) -> Value:
    name = ORIGINS.get(origin, origin)
    return Value(name, name)


def _dataset(dataset: str) -> str:
    return TITLES.get(dataset, dataset)


def _text(text: str) -> Value:
    return Value(text, text)


def _digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
