"""A table of the models with one thing changed, beside the study's own, and samples of each."""

from typing import Any

from pipeline.experiment.formats import APART
from pipeline.pages.study import Study
from pipeline.pages.values import Column, Record, Table, Value, columns, plain
from tfvae.plotting.style import TIMES

TITLE = "One thing changed"
ALONE = "nothing but β"


def content(study: Study) -> dict[str, Any] | None:
    """Return the table of all variants, and their samples."""
    record = next(iter(study.of("variants")), None)
    if record is None:
        return None
    caption = "Samples of every variant, its first seed: plain, scaled, and from a fitted mixture"
    values = {"pictures": study.pictures({"variants": caption}), "apart": f"{APART:.0%}"}
    return {**values, "data": variants_table(study, record), "scale": f"{record.at('scale'):g}"}


def variants_table(study: Study, record: Record) -> Table:
    """Return what each variant changes and what came of it, seed by seed where these lie apart."""
    models, scale = record.at("models"), f"{TIMES} {record.at('scale'):g}"
    neighbours = next(iter(models.values()))["neighbour_error"]
    of = [
        *columns({"samplers/prior/fid": "FID", "samplers/scaled/fid": f"FID {scale}"}, kind="seeds"),
        Column("FID, mixture", "samplers/mixture/fid", "seeds"),
        *columns({f"samplers/prior/{name}": name.capitalize() for name in ("precision", "recall", "coverage")}),
        Column(f"Blank {scale}", "samplers/scaled/blank_share", "seeds", like="coverage"),
        *columns({f"neighbour_error/{k}": f"Error, k = {k}" for k in neighbours}, kind="seeds", like="tvd"),
        *columns({"mse": "Squared error", "kl": "KL"}),
        Column("Runs", "mse/n", "runs"),
    ]
    rows = []
    for position, (name, model) in enumerate(models.items()):
        below = record.below("models", name)
        changes = [
            f"{change.replace('_', ' ')} {value if isinstance(value, str) else f'{value:g}'}"
            for change, value in model["changes"].items()
        ]
        head = (
            Value(model["variant"], position, record.href),
            plain(", ".join(changes) or ALONE),
            plain(model["beta"]),
        )
        rows.append((*head, *(column.cell(below) for column in of)))
    header = ("Variant", "Differs in", "β", *(column.title for column in of))
    return Table(f"{study.title}: models with one thing changed", header, rows)
