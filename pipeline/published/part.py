"""The part of the page on the stage reproduction: the published figures beside ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import getitem
from typing import Any

from pipeline.experiment.precisions import told
from pipeline.names import NETWORK_TITLES, dataset_title
from pipeline.pages.study import Study
from pipeline.pages.values import NOTHING, Record, Table, Value, plain
from pipeline.published.verdicts import VERDICTS
from tfvae.plotting.style import BLUE, FAINT, RED

STAGE = "reproduction"
TITLE = "The published figures, reproduced"
ORIGINS = {
    "000_thesis": "the thesis",
    "001_latent": "a tutorial on latent spaces",
    "002_colour": "a project on colour images",
    "003_conditional": "a project on conditional models",
    "004_quantised": "a project on quantised models",
    "pythae": "pythae",
    "nalisnick": "Nalisnick & Smyth, quoted",
    "YannDubs": "YannDubs",
}
COLORS = {"agrees": BLUE, "legacy only": "#b26a00", "legacy order": "#b26a00", "disagrees": RED}
Entry = Mapping[str, Any]
Cell = Callable[[Entry, str], Value]  # of an entry and the address of its record
WAYS = ("prior", "scaled", "mixture", "reconstructions")


def content(study: Study) -> dict[str, Any] | None:
    """Return the verdicts and the tables."""
    records = study.of(STAGE)
    if not records:
        return None
    [record] = records
    figures, claims = record.at("figures"), record.at("claims")
    sticks = [figure for figure in figures if figure["model"].startswith("sb-") and figure["metric"] == "kl"]
    return {
        "total": len(figures),
        "counts": counts(record),
        "by_origin": by_origin(record),
        "searches": _table("Our searches beside the thesis’s", SEARCHES, record.at("searches"), record),  # noqa: RUF001
        "claims_in_words": _table("What the documents say in words", CLAIMS, claims, record),
        "sticks": _table("KL divergence of the thesis’s stick-breaking models", FIGURES, sticks, record),  # noqa: RUF001
        "claims": sorted({f"{figure['published']:.7g}" for figure in sticks}),
        "effects": _table("What each correction does alone", EFFECTS, sorted(record.at("effects"), key=_rank), record),
        "augmented": _table("When scaled latents help", AUGMENTED, record.at("augmented"), record),
        "figures": _table("Every published figure", FIGURES, figures, record),
        "record": record,
        "precisions": told(record.content.get("precisions", {})),
    }


def counts(record: Record) -> list[tuple[str, int, str, str, str]]:
    """Return each verdict with its number of figures, the number by chance, its meaning and its colour."""
    numbers, chances = (
        {verdict: sum(of.get(verdict, 0) for of in record.at(key).values()) for verdict in VERDICTS}
        for key in ("counts", "by_chance")
    )
    return [
        (verdict, number, f"{chances[verdict]:.3g}", VERDICTS[verdict], COLORS.get(verdict, FAINT))
        for verdict, number in numbers.items()
        if number or chances[verdict]
    ]


def by_origin(record: Record) -> Table:
    """Return how many figures of each document got each verdict, and by chance would get it."""
    numbers, chances = record.at("counts"), record.at("by_chance")
    verdicts = [verdict for verdict in VERDICTS if any(verdict in of for of in (*numbers.values(), *chances.values()))]

    def cell(origin: str, verdict: str) -> Value:
        number, chance = numbers[origin].get(verdict, 0), chances[origin].get(verdict, 0)
        return Value(f"{number} ({chance:.3g})", number, record.href) if number or chance else NOTHING

    cells = [(plain(ORIGINS[origin]), *(cell(origin, verdict) for verdict in verdicts)) for origin in numbers]
    return Table("Verdicts by document, in brackets by chance", ("Document", *verdicts), cells)


def significant(content: Any, href: str = "") -> Value:
    """Return a summary, a number or nothing with four significant digits: the metrics have very different scales."""
    if content is None:
        return NOTHING
    if not isinstance(content, Mapping):
        return Value(_digits(content), float(content), href)
    spread = "" if content["sd"] is None else f" ± {float(format(content['sd'], '.2g')):g}"
    values = ", ".join(_digits(value) for value in content["values"])
    return Value(_digits(content["mean"]) + spread, content["mean"], href, f"{content['n']} runs: {values}")


def _digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _rank(effect: Entry) -> tuple[bool, float]:
    """Return the order of an effect: clear and large shifts first, relative to the legacy mean (infinite beside 0)."""
    mean = effect["legacy"]["mean"]
    return effect["clear"] is not True, -(abs(effect["shift"] / mean) if mean else float("inf"))


def _table(caption: str, of: Mapping[str, Cell], entries: Sequence[Entry], record: Record) -> Table:
    """Return a row for each entry of a list of the record: a cell for each column {title: cell of an entry}."""
    return Table(caption, tuple(of), [[cell(entry, record.href) for cell in of.values()] for entry in entries])


def _pair(interval: Sequence[float] | None) -> Value:
    return NOTHING if interval is None else plain(" to ".join(f"{end:.2f}" for end in interval))


def _values(claim: Entry, href: str) -> Value:
    """Return the values that a claim is compared with, in its order, and their places as a note."""
    entries = [one for one in claim["ours"] if one["value"] is not None]
    texts = [
        significant(one["value"]).text if isinstance(one["value"], Mapping) else str(one["value"]) for one in entries
    ]
    return (
        replace(plain("; ".join(texts)), href=href, note=", ".join(one["place"] for one in entries))
        if texts
        else NOTHING
    )


def _verdict(entry: Entry, _: str) -> Value:
    return replace(plain(entry["verdict"]), color=COLORS.get(entry["verdict"], FAINT))


def _rounded(number: float | None) -> Value:
    return NOTHING if number is None else Value(f"{number:.2f}", number)


def _exact(number: float | None) -> Value:
    return NOTHING if number is None else Value(f"{number:.7g}", number)


def _text(name: str) -> Cell:
    return lambda entry, _: plain(entry[name].replace("_", " "))


def _measure(*keys: str) -> Cell:
    return lambda entry, href: significant(reduce(getitem, keys, entry), href)


def _dataset(entry: Entry, _: str) -> Value:
    return plain(dataset_title(entry["dataset"]))


def _why(figure: Entry, _: str) -> Value:
    why = ", ".join(figure["explained_by"]).replace("_", " ") or figure["reason"] or figure["note"]
    return plain(why) if why else NOTHING


FIGURES: dict[str, Cell] = {
    "Document": lambda figure, _: plain(ORIGINS[figure["origin"]]),
    "Dataset": _dataset,
    "Model": lambda figure, _: plain(figure["model"]),
    "β": lambda figure, _: _exact(figure["beta"]),
    "Metric": _text("metric"),
    "Published": lambda figure, href: replace(_exact(figure["published"]), href=href, note=figure["source"]),
    "Legacy": _measure("legacy"),
    "Corrected": _measure("corrected"),
    "Verdict": _verdict,
    "Why": _why,
    "Line": lambda figure, _: plain(figure["line"]),
}
SEARCHES: dict[str, Cell] = {
    "Dataset": _dataset,
    "Network": lambda search, _: plain(NETWORK_TITLES[search["network"]].partition(" ")[0]),
    "Metric": _text("metric"),
    "Candidates": lambda search, _: plain(search["candidates"]),
    "Rank correlation": lambda search, _: _rounded(search["spearman"]),
    "95 % interval": lambda search, _: _pair(search["interval"]),
    "Within a factor of two": lambda search, _: plain(search["within_factor"]),
    "By chance": lambda search, _: _rounded(search["by_chance"]),
}
CLAIMS: dict[str, Cell] = {
    "Document": lambda claim, _: plain(ORIGINS[claim["origin"]]),
    "Dataset": _dataset,
    "Claim": lambda claim, _: replace(plain(claim["statement"]), note=claim["source"]),
    "Compared": lambda claim, _: plain(claim["comparison"]) if claim["comparison"] else NOTHING,
    "Ours": _values,
    "Verdict": _verdict,
    "Why": lambda claim, _: plain(claim["reason"]) if claim["reason"] else NOTHING,
}
EFFECTS: dict[str, Cell] = {
    "Correction": _text("switch"),
    "Change": lambda effect, _: plain(f"{effect['from']} → {effect['to']}"),
    "Dataset": _dataset,
    "Network": lambda effect, _: plain(NETWORK_TITLES[effect["network"]].partition(" ")[0]),
    "Model": _text("model"),
    "Metric": _text("metric"),
    "Legacy": _measure("legacy"),
    "Corrected alone": _measure("alone"),
    "Shift": _measure("shift"),
    "Clear": lambda effect, _: plain({True: "yes", False: "no", None: "undecided"}[effect["clear"]]),
}
AUGMENTED: dict[str, Cell] = {
    "Model": _text("name"),
    "Dataset": _dataset,
    "Learning rate": lambda trained, _: significant(trained["learning_rate"]),
    "Steps": lambda trained, _: plain(trained["steps"]),
    "Squared error": _measure("mse"),
    "KL": _measure("kl"),
    **{f"FID, {way}": _measure(way, "fid") for way in WAYS},
    **{f"Contrast, {way}": _measure(way, "contrast") for way in ("prior", "scaled")},
    "Contrast, test images": _measure("test_contrast"),
}
