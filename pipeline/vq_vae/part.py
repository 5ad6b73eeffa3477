"""Vector-quantised VAEs beside plain and beta-VAEs, compared by their samples: the stage vector-quantised."""

import math
from collections.abc import Iterator
from typing import Any

from pipeline.pages.galleries import gallery
from pipeline.pages.study import Study
from pipeline.pages.values import NOTHING, Record, Table, Value, shown
from tfvae.plotting.style import BLUE, RED

STAGE = "vector-quantised"
TITLE = "Codes instead of numbers: vector-quantised VAEs"
FAMILIES = {"vae": ("VAE", BLUE), "beta-vae": ("β-VAE", "#2e7d32"), "vq-vae": ("VQ-VAE", RED)}
REAL = ("real", "samplers", "training_images")
CAPTIONS = {
    "samples": "samples of each model; of the vector-quantised ones only one",
    "fid": "FID of samples. Bars are means, dots are runs, the dashed line is that of real images",
    "codes": "test images, their codes, and what the decoder makes of these. A colour is a code",
    "sweep": "all vector-quantised models, by the length D of a code vector and by the number K of codes",
}
SCORES = {
    "fid": "FID",
    "tvd": "TVD",
    "inception_score": "Inception",
    "inception_score_few": "Inception, {few}",
    "precision": "Precision",
    "recall": "Recall",
    "density": "Density",
    "coverage": "Coverage",
    "cas": "Accuracy score",
}
SAMPLES_NOTE = (
    "Mean ± standard deviation over the runs. FID and TVD: lower is better; all others: higher is better. Inception: "
    "the inception score, which is higher for fewer doubts and more variety. Precision: the share of samples that look "
    "like real images. Recall: the share of real images that look like samples. Density and coverage measure the same "
    "two in a way that outliers disturb less. Accuracy score: the accuracy, on test images, of a classifier that was "
    "trained on samples alone. “By regions”: latents drawn around those of test images, with two latents only."
)
IMAGES = {
    "mse": "Squared error",
    "fid_reconstructions": "FID",
    "class_agreement": "Same class",
    "kl": "KL",
    "perplexity": "Perplexity",
    "dead_codes": "Unused codes",
    "nats_per_code": "Nats per code",
}
IMAGES_NOTE = (
    "Mean ± standard deviation over the runs. Squared error: per image, summed over pixels. FID: of reconstructions. "
    "Same class: how often the classifier sees the true class in one. KL: in nats per image. Perplexity: how many "
    "equally used codes would be as varied. Unused codes: those that no training image takes. Nats per code: what a "
    "code of a test image costs the prior; lower means easier to predict."
)


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the tables of samples and of reconstructions, the best of each family, and figures."""
    found = [_of_dataset(study, record) for record in study.of(STAGE)]
    return {"datasets": found, "samples_note": SAMPLES_NOTE, "images_note": IMAGES_NOTE} if found else None


def _of_dataset(study: Study, record: Record) -> dict[str, Any]:
    models, model = record.at("models"), record.at("shown")
    codes = models[model]["codes"]
    return {
        **gallery(study, record, CAPTIONS),
        "samples": samples_table(record),
        "images": images_table(record),
        "best": best(record),
        "real": {name: record.value(*REAL, name) for name in ("fid", "cas")},
        "model": name_of(record, model),
        "betas": sorted({found["beta"] for name, found in models.items() if _family(name) == "beta-vae"}),
        "codes": codes,
        "perplexity": record.value("models", model, "perplexity"),
        "nats": record.value("models", model, "nats_per_code"),
        "even": shown(math.log(codes), "nats_per_code"),
    }


def best(record: Record) -> list[tuple[Value, Value, Value]]:
    """Return, for each family, its way of sampling with the lowest mean FID: name, FID, accuracy score."""
    found = []
    for family in FAMILIES:
        ways = [way for way in _ways(record) if _family(way[0]) == family]
        if ways:
            model, sampler = min(ways, key=lambda way: record.mean("models", way[0], "samplers", way[1], "fid"))
            keys = ("models", model, "samplers", sampler)
            fid, cas = (record.value(*keys, name) for name in ("fid", "cas"))
            found.append((name_of(record, model, sampler), fid, cas))
    return found


def samples_table(record: Record) -> Table:
    """Return what samples of each model are worth, and real training images in their place."""
    first = Value("training images", -1, record.href)
    rows = [(first, *_scores(record, *REAL))]
    for position, (model, sampler) in enumerate(_ways(record)):
        name = name_of(record, model, sampler, position)
        rows.append((name, *_scores(record, "models", model, "samplers", sampler)))
    few = f"{record.at('few_images'):,} images"
    header = ("Samples of", *(title.format(few=few) for title in SCORES.values()), "Runs")
    return Table(f"What {record.at('images'):,} samples of each model are worth", header, rows)


def images_table(record: Record) -> Table:
    """Return what each model makes of test images, and its size."""
    rows = [
        (
            name_of(record, model, position=position),
            *(record.value("models", model, name) if name in found else NOTHING for name in IMAGES),
            record.count("models", model, "parameters"),
        )
        for position, (model, found) in enumerate(record.at("models").items())
    ]
    header = ("Model", *IMAGES.values(), "Weights")
    return Table("What each model makes of test images", header, rows)


def name_of(record: Record, model: str, sampler: str = "prior", position: int = 0) -> Value:
    """Return what the figures call a model, and how it is sampled if not from its prior."""
    found, (family, color) = record.at("models", model), FAMILIES[_family(model)]
    size = f"{family}, D = {found['latent_dim']}" + (f", K = {found['codes']}" if "codes" in found else "")
    return Value(size if sampler == "prior" else f"{size}, by {sampler}", position, record.href, model, color)


def _family(model: str) -> str:
    """Return the family of a model's name in records: "vae" of "vae-2"."""
    return next(name for name in FAMILIES if model.startswith(f"{name}-"))


def _ways(record: Record) -> Iterator[tuple[str, str]]:
    for model, found in record.at("models").items():
        for sampler in found["samplers"]:
            yield model, sampler


def _scores(record: Record, *keys: str) -> tuple[Value, ...]:
    runs = record.at(*keys, "fid", "n")
    return (*(record.value(*keys, name) for name in SCORES), Value(str(runs), runs))
