"""The part of the page on the stage vector-quantised: such VAEs beside plain and beta-VAEs, by their samples."""

import math
from typing import Any

from pipeline.names import dataset_title
from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import RUNS, Column, Record, Table, Value, columns, shown, table, titles
from pipeline.vq_vae.names import FAMILIES, family, label
from tfvae.plotting.style import MODEL_COLORS

STAGE = "vector-quantised"
TITLE = "Codes instead of numbers: vector-quantised VAEs"
REAL = ("real", "samplers", "training_images")
CAPTIONS = {
    "samples": "samples of each model; of the vector-quantised ones only one",
    "fid": "FID of samples. Bars are means, dots are runs, the dashed line is that of real images",
    "codes": "test images, their codes, and what the decoder makes of these. A colour is a code",
    "sweep": "all vector-quantised models, by the length D of a code vector and by the number K of codes. The darker, "
    "the better",
}
SCORES = {
    **titles("fid", "tvd"), "inception_score": "Inception", "inception_score_few": "Inception, {few}",
    **titles("precision", "recall", "density", "coverage"), "cas": "Accuracy score",
}  # fmt: skip
IMAGES = {
    **titles("mse"), "fid_reconstructions": "FID", "class_agreement": "Same class",
    **titles("kl", "silhouette", "perplexity"),
    "dead_codes": "Unused codes", **titles("nats_per_code"),
}  # fmt: skip


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the tables of samples and of reconstructions, the best of each family, and figures."""
    return by_dataset(study, STAGE, CAPTIONS, _values)


def _values(record: Record) -> dict[str, Any]:
    name = record.at("shown")
    model = record.below("models", name)
    return {
        "samples": samples_table(record),
        "images": images_table(record),
        "best": best(record),
        "real": record.below(*REAL),
        "name": label(name),
        "model": model,
        "betas": sorted({one["beta"] for key, one in record.at("models").items() if family(key) == "beta-vae"}),
        "even": shown(math.log(model.at("codes")), "nats_per_code"),
    }


def best(record: Record) -> list[tuple[Value, Value, Value]]:
    """Return, for each family, its way of sampling with the lowest mean FID: name, FID, accuracy score."""
    chosen = []
    for kind in FAMILIES:
        ways = [way for way in _ways(record) if family(way[0].note) == kind]
        if ways:
            name, samples = min(ways, key=lambda way: way[1].mean("fid"))
            chosen.append((name, samples.value("fid"), samples.value("cas")))
    return chosen


def samples_table(record: Record) -> Table:
    """Return the scores of samples of each model, and of real training images in their place."""
    few = f"{record.at('few_images'):,} images"
    scores = columns({path: title.format(few=few) for path, title in SCORES.items()})
    of = (*scores, Column("Legible", "legible", like="precision", optional=True), RUNS)
    rows = [(Value("training images", -1, record.href), record.below(*REAL)), *_ways(record)]
    return table(
        f"{dataset_title(record.name)}: what {record.at('images'):,} samples of each model are worth",
        of,
        rows,
        "Samples of",
    )


def images_table(record: Record) -> Table:
    """Return the scores of reconstructions of test images by each model, and its size."""
    of = (*columns(IMAGES, optional=True), Column("Weights", "parameters", "count"))
    rows = [(_name(record, name, i), record.below("models", name)) for i, name in enumerate(record.at("models"))]
    return table(f"{dataset_title(record.name)}: what each model makes of test images", of, rows)


def _ways(record: Record) -> list[tuple[Value, Record]]:
    """Return every way of sampling every model: its name, which notes the model's, and its scores."""
    ways = [(name, sampler) for name, model in record.at("models").items() for sampler in model["samplers"]]
    return [
        (_name(record, name, i, sampler), record.below("models", name, "samplers", sampler))
        for i, (name, sampler) in enumerate(ways)
    ]


def _name(record: Record, model: str, position: int, sampler: str = "prior") -> Value:
    return Value(label(model, sampler), position, record.href, model, MODEL_COLORS[family(model)])
