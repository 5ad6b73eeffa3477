"""The record of the stage reproduction: every published figure beside ours, and which defect makes which effect.

`pipeline.records.published` says what it holds. The table (CSV) has one line for each figure: its fields as there,
summaries as mean, standard deviation and number.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pipeline.experiment.precisions import by_precision
from pipeline.published.chance import by_kind, expected, searches
from pipeline.published.claims import Claim
from pipeline.published.claims import row as claim_row
from pipeline.published.counterparts import BY_BETA, LEGACY, Counterpart, Records, counterpart, differences, ours
from pipeline.published.references import Figure, other_half, other_runs
from pipeline.published.rule import Measured, compare, judge
from pipeline.published.verdicts import Verdict
from tfvae.evaluation.summaries import summarize

VOID_REASON = (
    "features of the real images come from the MNIST classifier, those of the generated images from the Fashion-MNIST "
    "classifier"
)
NOT_MEASURED = (
    "our own protocol has no value of it: not trained within the budget, another candidate chosen, or measured before "
    "our records held it"
)
NOT_REPEATED = "only the thesis's own protocol gives such a figure, which was not repeated for it: ours is not compared"


def by_key(records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[tuple[Any, ...], Any]:
    """Return records (stage, name, content) by stage, dataset (if missing, the name), network and beta."""
    return {
        (stage, of.get("dataset", name), of.get("network"), of["beta"] if stage in BY_BETA else None): of
        for stage, name, of in records
    }


def row(figure: Figure, figures: Sequence[Figure], records: Records) -> dict[str, Any]:
    """Return the record's entry of one published figure."""
    place, measured = _ours(figure, figures, records)
    judgement = judge(figure, measured, other_runs(figure, figures))
    fields = {"published" if name == "value" else name: value for name, value in asdict(figure).items()}
    del fields["rounding"]
    shown = measured or Measured()
    return {
        **fields,
        "corrected": summarize(shown.corrected) if shown.corrected else None,
        "legacy": summarize(shown.legacy) if shown.legacy else None,
        "verdict": judgement.verdict,
        "explained_by": list(judgement.explained_by),
        "reason": _reason(figure, place, judgement.verdict, records),
    }


def by_chance(figures: Sequence[Figure], records: Records) -> dict[str, dict[str, float]]:
    """Return the number of figures of each document and verdict to expect if values were dealt among their kind."""
    measured = {figure.line: _ours(figure, figures, records)[1] for figure in figures}

    def verdict(dealt: Figure, line: Figure) -> Verdict:
        figure = replace(line, value=dealt.value, rounding=dealt.rounding)
        return judge(figure, measured[line.line], other_runs(dealt, figures)).verdict

    counts: dict[str, Counter[str]] = {}
    for kind in by_kind(figures):
        counts.setdefault(kind[0].origin, Counter()).update(expected(kind, verdict))
    return {origin: dict(sorted(of.items())) for origin, of in counts.items()}


def effects(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the effect of each correction on each metric that it changes, from one record of the legacy experiments."""
    for model, switches in record["ablation"].items():
        for switch, corrected in switches.items():
            for metric, alone in corrected.items():
                legacy = record["models"][model][metric]
                if alone["values"] == legacy["values"]:
                    continue
                yield {
                    "dataset": record["dataset"],
                    "network": record["network"],
                    "model": model,
                    "switch": switch,
                    "from": record["published"][switch],
                    "to": record["corrected"][switch],
                    "metric": metric,
                    "legacy": legacy,
                    "alone": alone,
                    "shift": alone["mean"] - legacy["mean"],
                    "clear": _differ(alone["values"], legacy["values"]),
                }


def reproduction(
    figures: Sequence[Figure], records: Records, claims: Sequence[Claim], by_name: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the record; `by_name` has the records that claims need, by stage and name."""
    rows = [row(figure, figures, records) for figure in figures]
    verdicts: dict[str, list[Verdict]] = {}
    for entry in rows:
        verdicts.setdefault(entry["origin"], []).append(entry["verdict"])
    legacy = [record for key, record in records.items() if key[0] == LEGACY]
    return {
        "counts": {origin: dict(sorted(Counter(of).items())) for origin, of in verdicts.items()},
        "by_chance": by_chance(figures, records),
        "searches": searches(rows),
        "claims": [claim_row(claim, by_name) for claim in claims],
        "precisions": by_precision((f"{key[0]} {key[1]}", record) for key, record in records.items()),
        "figures": rows,
        "effects": [effect for record in legacy for effect in effects(record)],
        "augmented": [
            {"dataset": record["dataset"], **entry, "test_contrast": record["test_contrast"]}
            for record in legacy
            for entry in record["augmented"]
        ],
    }


def flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of "figures" as a line of the table."""
    line: dict[str, Any] = {}
    for name, value in entry.items():
        if name in ("corrected", "legacy"):
            line |= {f"{name}_{part}": (value or {}).get(part) for part in ("mean", "sd", "n")}
        else:
            line[name] = " ".join(value) if isinstance(value, list) else value
    return line


def _ours(figure: Figure, figures: Sequence[Figure], records: Records) -> tuple[Counterpart, Measured | None]:
    place = counterpart(figure)
    return place, ours(place, records, other_half(figure, figures))


def _reason(figure: Figure, place: Counterpart, verdict: Verdict, records: Records) -> str:
    if verdict == "not measured" and place.corrected:
        text = NOT_REPEATED if figure.comparable == "legacy-only" else NOT_MEASURED
    else:
        text = VOID_REASON if verdict == "void" else place.entry.remark
    return "; ".join(part for part in (text, differences(place, records)) if part)


def _differ(ones: Sequence[float], others: Sequence[float]) -> bool | None:
    first, *rest = ones
    comparison = compare(first, 0.0, others, "runs", rest)
    return None if comparison == "undecided" else comparison == "disagrees"
