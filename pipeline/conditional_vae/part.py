"""The part of the page on the stage conditional: conditional VAEs, which draw a requested class, and plain ones."""

from typing import Any

from pipeline.conditional_vae.names import CHOSEN, CONDITIONAL, FIRST, NAMES
from pipeline.names import dataset_title
from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import RUNS, Record, Table, Value, columns, plain, table, titles

STAGE = "conditional"
TITLE = "Drawing what is asked for: conditional VAEs"
CAPTIONS = {
    "dataset": "the first training images of each class",
    "samples": "samples. A row is a class that was asked for; images of one column have the same latents, so the same "
    "style",
    "samples-vae": "samples of the VAE, which cannot be asked for a class",
    "agreement": "what the classifier sees, in per cent, in samples of each class that was asked for. A perfect model "
    "has 100 everywhere on the diagonal",
    "latents": "latents of test images, coloured by class and arranged by t-SNE",
    "comparison": "both models by every measure, each run a dot",
    "search": "every trial of the conditional VAE's search, and its loss against each thing that is chosen. A ring is "
    "the document's choice",
    "search-vae": "the same of the VAE's search",
}
COSTS = {"parameters": "Weights", "multiplications_per_image": "Multiplications"}
METRICS = titles("loss", "distortion", "kl", "fid", "kid", "tvd", "silhouette")
COLUMNS = (*columns(METRICS), *columns(COSTS, kind="count"), RUNS)


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the table of both models, the search, the quality of samples, and figures."""
    return by_dataset(study, STAGE, CAPTIONS, _values)


def _values(record: Record) -> dict[str, Any]:
    model = record.below("models", CONDITIONAL)
    shares = model.at("agreement_per_class")
    worst = min(shares, key=lambda label: float(shares[label]["mean"]))
    return {
        "table": table(
            f"{dataset_title(record.name)}: both models, each trained with the best of its search",
            COLUMNS,
            record.models(NAMES),
        ),
        "search": search_table(record),
        "model": model,
        "worst": worst,
    }


def search_table(record: Record) -> Table:
    """Return what the searches chose and, below each, the document's choice, with the losses of both trials."""
    rows: list[list[Value]] = []
    for name, model in record.models(NAMES):
        for kind, text in {"best": name.text, "first": f"{name.text}, {FIRST}"}.items():
            trial, head = model.below("search", kind), Value(text, len(rows), record.href)
            rows.append([head, *(plain(trial.at(choice)) for choice in CHOSEN), trial.value("loss")])
    return Table(
        f"{dataset_title(record.name)}: the best trial of each search", ("Model", *CHOSEN.values(), "Loss"), rows
    )
