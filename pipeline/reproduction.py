"""Stage reproduction: every published figure beside ours, with a verdict, and which defect makes which effect.

A summary is {"mean", "sd" (null for one value), "n", "values"}, or null where there is no value. The record is

    {"counts": {origin: {verdict: number of figures}},
     "figures": [                        one for each line of references/figures.csv, in its order
       {"line", "origin", "dataset", "model", "beta" (null where there is none), "metric", "published" (a number),
        "source", "comparable", "note",
        "corrected": our summary under the study's own protocol, "legacy": that under the thesis's protocol,
        "verdict": see `pipeline.published.rule`, "explained_by": [switch, ...] for a verdict "legacy only",
        "reason": why the figure is void or not measured, what is not built yet, in how far our values are of something
                  else, or ""}],
     "effects": [                        what one correction does to one metric of a model of the legacy protocol
       {"dataset", "network", "model": "0.2" or "clamped_stick_breaking", "switch", "from", "to" (its two values),
        "metric", "legacy": summary, "alone": summary with this switch alone corrected,
        "shift": mean of alone - mean of legacy,
        "clear": true or false by the t test of the agreement rule, null with too few runs}],
     "augmented": [                      when latents x 100 help: a trained model sampled in three ways
       {"dataset", "name", "likelihood", "learning_rate", "steps", "seeds",
        "mse", "kl": summaries on the test set,
        "prior", "scaled", "mixture", "reconstructions": {"fid", "contrast": summaries},
        "test_contrast": contrast of the test images, a number}]}

Contrast is the mean of |2 y - 1| over pixels y in [0, 1]: 1 for black and white, less for grey, so less for blur. The
table (CSV) has one line for each figure: its fields as above, summaries as mean, standard deviation and number.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.published.counterparts import counterpart
from pipeline.published.places import Counterpart, Records, differences, values
from pipeline.published.references import Figure, other_half, other_runs, parse
from pipeline.published.rule import Measured, Verdict, compare, judge
from tfvae.evaluation.summaries import summarize

# Folders of records that are not called as their stage, and stages with one record for each beta.
STAGE_OF = {"architectures": "pareto-select"}
BY_BETA = ("main-experiments", "augmented-sampling", "preliminary-grid")
LEGACY = "legacy-experiments"
NOT_MEASURED = "our records have no value of it: not trained within the budget, or another candidate chosen"


def by_key(records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[tuple[Any, ...], Any]:
    """Return {(stage, dataset, network, beta): record}, as `pipeline.published.places.Place` names them.

    Args:
        records: the folder and the name of each record's file, without its ending, and the record; where it does not
            say its dataset, the file's name is that.
    """
    found = {}
    for folder, name, record in records:
        maker = STAGE_OF.get(folder, folder)
        beta = record["beta"] if maker in BY_BETA else None
        found[maker, record.get("dataset", name), record.get("network"), beta] = record
    return found


def ours(found: Counterpart, records: Records, rest: float = 0.0) -> Measured | None:
    """Return our values of what a counterpart names, None if there is no such system.

    Args:
        found: the counterpart.
        records: as `by_key` returns them.
        rest: of our values, what the figure leaves out.
    """
    if not found.built:
        return None
    alone = {}
    if found.legacy is not None:
        place = found.legacy
        _, model, metric = place.keys
        record = records.get((place.stage, place.dataset, place.network, place.beta), {})
        for switch in record.get("ablation", {}).get(model, {}):
            alone[switch] = values(replace(place, keys=("ablation", model, switch, metric)), records)
    corrected = [value - rest for value in values(found.corrected, records)]
    return Measured(corrected, values(found.legacy, records), alone)


def row(figure: Figure, figures: Sequence[Figure], records: Records) -> dict[str, Any]:
    """Return the record's entry of one published figure."""
    found = counterpart(figure)
    measured = ours(found, records, other_half(figure, figures))
    judgement = judge(figure, measured, other_runs(figure, figures))
    fields = asdict(figure)
    published = {"published": fields.pop("value")}
    del fields["rounding"]
    names = ("line", "origin", "dataset", "model", "beta", "metric")
    return {
        **{name: fields.pop(name) for name in names},
        **published,
        **fields,
        "corrected": _summary(measured.corrected if measured else ()),
        "legacy": _summary(measured.legacy if measured else ()),
        "verdict": judgement.verdict,
        "explained_by": list(judgement.explained_by),
        "reason": _reason(found, judgement.verdict, records),
    }


def effects(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what each correction does to each metric that it changes, from one record of the legacy experiments."""
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


def reproduction(figures: Sequence[Figure], records: Records) -> dict[str, Any]:
    """Return the record: see the top of this module."""
    rows = [row(figure, figures, records) for figure in figures]
    counts: dict[str, Counter[str]] = {}
    for entry in rows:
        counts.setdefault(entry["origin"], Counter())[entry["verdict"]] += 1
    legacy = [record for key, record in records.items() if key[0] == LEGACY]
    return {
        "counts": {origin: dict(sorted(verdicts.items())) for origin, verdicts in counts.items()},
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
    line = {}
    for name, value in entry.items():
        if name in ("corrected", "legacy"):
            line |= {f"{name}_{part}": (value or {}).get(part) for part in ("mean", "sd", "n")}
        else:
            line[name] = " ".join(value) if isinstance(value, list) else value
    return line


def _reason(found: Counterpart, verdict: Verdict, records: Records) -> str:
    if verdict == "not measured" and (found.corrected or found.legacy):
        return NOT_MEASURED
    return "; ".join(text for text in (found.remark, differences(found, records)) if text)


def _summary(found: Sequence[float]) -> Mapping[str, Any] | None:
    return summarize(found) if found else None


def _differ(ones: Sequence[float], others: Sequence[float]) -> bool | None:
    first, *rest = ones
    found = compare(first, 0.0, others, "runs", rest)
    return None if found == "undecided" else found == "disagrees"


def main(*, figures: Path, records: list[Path], record: Path, table: Path) -> None:
    """Join the published figures with the records; write the record and the table."""
    import pandas as pd

    figures = parse(figures.read_text(encoding="utf-8"))
    records = by_key((path.parent.name, path.stem, files.read_json(path)) for path in records)
    record = reproduction(figures, records)
    files.write_json(record, record)
    table = pd.DataFrame([flat(entry) for entry in record["figures"]])
    counted = ["corrected_n", "legacy_n"]
    files.write_csv(table, table.astype(dict.fromkeys(counted, "Int64")))
    for origin, verdicts in record["counts"].items():
        print(f"{origin}: {', '.join(f'{number} {verdict}' for verdict, number in verdicts.items())}")


if __name__ == "__main__":
    stage.run(main)
