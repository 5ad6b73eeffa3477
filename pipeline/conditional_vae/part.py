"""Conditional VAEs, which draw the class that is asked for, beside plain ones: the stage conditional."""

from typing import Any

from pipeline.pages.galleries import gallery
from pipeline.pages.study import Study
from pipeline.pages.values import Record, Table, Value

STAGE = "conditional"
TITLE = "Drawing what is asked for: conditional VAEs"
MODEL = "conditional_vae"
NAMES = {"vae": "VAE", MODEL: "conditional VAE"}
CAPTIONS = {
    "samples": "samples. A row is a class that was asked for; images of one column have the same latents, so the same "
    "style",
    "agreement": "what the classifier sees, in per cent, in samples of each class that was asked for. A perfect model "
    "has 100 everywhere on the diagonal",
    "latents": "latents of test images, coloured by class and arranged by t-SNE",
    "search": "every trial of the search, and its loss against each thing that was chosen",
}
METRICS = {
    "loss": "Loss",
    "distortion": "Distortion",
    "kl": "KL",
    "fid": "FID",
    "kid": "KID",
    "tvd": "TVD",
    "silhouette": "Silhouette",
}
NOTE = (
    "Mean ± standard deviation over the runs. Loss, distortion and KL: on test images, in nats per image. FID, KID and "
    "TVD: of samples, lower is better. Silhouette: of latents. Latents of a conditional model need not tell the class, "
    "because its decoder is told it. Multiplications: of weights, for one image."
)


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the table of both models, the search, what the samples are worth, and figures."""
    found = [_of_dataset(study, record) for record in study.of(STAGE)]
    return {"datasets": found, "note": NOTE} if found else None


def _of_dataset(study: Study, record: Record) -> dict[str, Any]:
    shares = record.at("models", MODEL, "agreement_per_class")
    worst = min(shares, key=lambda label: shares[label]["mean"])
    return {
        **gallery(study, record, CAPTIONS),
        "table": table(record),
        "chosen": record.at("search", "best"),
        "worst": worst,
        "agreement": record.value("models", MODEL, "agreement"),
        "worst_agreement": record.value("models", MODEL, "agreement_per_class", worst, like="agreement"),
        "cas": record.value("models", MODEL, "cas"),
        "ceiling": record.value("models", MODEL, "cas_ceiling"),
    }


def table(record: Record) -> Table:
    """Return what was measured of both models."""
    runs = len(record.at("seeds"))
    rows = [
        (
            Value(NAMES[model], position, record.href),
            *(record.value("models", model, metric) for metric in METRICS),
            record.count("models", model, "parameters"),
            record.count("models", model, "multiplications_per_image"),
            Value(str(runs), runs),
        )
        for position, model in enumerate(record.at("models"))
    ]
    header = ("Model", *METRICS.values(), "Weights", "Multiplications", "Runs")
    return Table("A VAE and a conditional VAE, trained alike", header, rows)
