"""The part of the page on the stage disentanglement: whether each known factor has latents of its own."""

from typing import Any

from pipeline.known_factors.names import DATASETS, SCORES, model_title
from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import NOTHING, Record, Table, Value, plain

STAGE = "disentanglement"
TITLE = "Latents and known factors"
CAPTIONS = {
    "scores": "each score by the strength of each method, with a bar over its seeds, and what an untrained encoder and "
    "the pixels have",
    "correlations": "how far two scores agree on which of two models is better",
    "traversals": "one latent at a time, moved from left to right, the most used at the top: of the model with the "
    "highest MIG, the best seed and the median one",
}
_DIGITS = "tvd"  # a score has as many


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each data set, the table of its models, what stands out, and figures."""
    return by_dataset(study, STAGE, CAPTIONS, _values)


def _values(record: Record) -> dict[str, Any]:
    models = {name: record.below("models", name) for name in record.at("models")}
    best = record.at("shown", "model")
    with_udr = {
        name: value
        for name, value in record.at("rank_correlations", "udr").items()
        if name != "udr" and value is not None
    }
    nearest = max(with_udr, key=lambda name: with_udr[name]) if with_udr else None
    return {
        "title": DATASETS[record.name],
        "factors": ", ".join(f"{name} ({size} values)" for name, size in record.at("factors").items()),
        "table": models_table(record),
        "best": _title(models[best]),
        "mig": models[best].value("scores", "mig", like=_DIGITS),
        "untrained": record.value("untrained", "mig", like=_DIGITS),
        "pixels": record.value("pixels", "mig", like=_DIGITS),
        "nearest": SCORES[nearest] if nearest else "",
        "agreement": record.value("rank_correlations", "udr", nearest) if nearest else None,
        "no_better": [_title(one) for one in models.values() if not one.at("above_floors")],
    }


def models_table(record: Record) -> Table:
    """Return the scores of each model, and below them those of what anything has to beat."""
    header = (
        "Model",
        *(name if name[0] == "β" else name[0].upper() + name[1:] for name in SCORES.values()),
        "Above floors",
        "Distortion",
        "KL",
        "Runs",
    )
    rows = []
    for position, name in enumerate(record.at("models")):
        one = record.below("models", name)
        above = one.at("above_floors")
        note = ", ".join(SCORES[score] for score in above) or "none"
        rows.append((
            Value(_title(one), position, record.href),
            *(one.value("scores", score, like=_DIGITS) for score in SCORES),
            Value(str(len(above)), len(above), note=note),
            one.value("distortion"), one.value("kl"), plain(one.at("kl", "n")),
        ))  # fmt: skip
    untrained = (record.value("untrained", score, like=_DIGITS) for score in SCORES)
    pixels = (
        record.value("pixels", score, like=_DIGITS) if score in record.at("pixels") else NOTHING for score in SCORES
    )
    last = len(rows)
    rows.append(
        (Value("untrained encoder", last), *untrained, *[NOTHING] * 3, plain(record.at("untrained", "mig", "n")))
    )
    rows.append((Value("pixels' components", last + 1), *pixels, *[NOTHING] * 4))
    return Table("Scores of disentanglement", header, rows)


def _title(model: Record) -> str:
    return model_title(model.at("method"), model.at("strength"))
