"""The figures of the comparison by samples, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.names import dataset_title
from pipeline.vq_vae.names import COLORS, family, label
from tfvae.plotting.latents import class_planes, named_rows
from tfvae.plotting.quantised import code_maps, sample_sheets, score_bars, sweep_tables

SWEEP = {
    "mse": "squared error",
    "perplexity": "perplexity of codes",
    "nats_per_code": "nats per code",
    "inception_score": "inception score",
    "fid": "FID",
}
_SMALL, _LARGE = 6, 20


def draw(record: Mapping[str, Any], pictures: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset.

    Args:
        record: of the stage vector-quantised.
        pictures: "<model>|<name>" of each model, "originals" and "labels", see `pipeline.vq_vae.record`.
    """
    head = dataset_title(record["dataset"])
    models = record["models"]
    yield from _scores(record, head)
    shown = record["shown"]
    yield "codes", code_maps(
        pictures["originals"], pictures[f"{shown}|codes"], pictures[f"{shown}|reconstructions"],
        models[shown]["codes"], title=f"{head}, {label(shown)}: test images, their codes and reconstructions",
    )  # fmt: skip
    samples = pictures[f"{shown}|samples-prior"]
    yield "samples-vq-vae", sample_sheets(
        {label(shown): samples}, columns=_LARGE, title=f"{head}: {len(samples)} samples of the vector-quantised VAE"
    )  # fmt: skip
    sheets = {
        label(model, sampler): pictures[f"{model}|samples-{sampler}"][: _SMALL * _SMALL]
        for model in models
        for sampler in models[model]["samplers"]
        if family(model) != "vq-vae" or model == shown
    }
    yield "samples", sample_sheets(sheets, columns=_SMALL, title=f"{head}: samples of each model")
    rows = {label(model): pictures[f"{model}|reconstructions"] for model in models}
    yield "reconstructions", named_rows(
        {"original": pictures["originals"], **rows}, title=f"{head}: test images and reconstructions"
    )  # fmt: skip
    for kind in ("vae", "beta-vae"):
        planes = {
            label(model): (pictures[f"{model}|plane"], pictures["labels"]) for model in models if family(model) == kind
        }
        yield f"latents-{kind}", class_planes(
            planes, title=f"{head}: latents of test images",
            note="Posterior means: the two dimensions themselves, or of more the two principal components.",
        )  # fmt: skip
    yield "sweep", _sweep(models, head)


def _scores(record: Mapping[str, Any], head: str) -> Iterator[tuple[str, Figure]]:
    real, models = record["real"], record["models"]
    training = real["samplers"]["training_images"]
    charts = {
        "inception_score": ("inception score", {"test images": real["inception_score"]["mean"]}),
        "inception_score_few": (
            f"inception score of {record['few_images']:,} images", {"test images": real["inception_score_few"]["mean"]}
        ),
        "fid": ("FID  (lower is better)", {"training images": training["fid"]["mean"]}),
        "cas": ("accuracy of a classifier trained on samples", {"training images": training["cas"]["mean"]}),
    }  # fmt: skip
    for name, (title, references) in charts.items():
        bars = {
            label(model, sampler): (found[name]["values"], COLORS[family(model)])
            for model in models
            for sampler, found in models[model]["samplers"].items()
        }
        yield name.replace("_", "-"), score_bars(
            {key: values for key, (values, _) in bars.items()}, colors={key: color for key, (_, color) in bars.items()},
            references=references, label=title, title=f"{head}: samples of plain, β- and vector-quantised VAEs",
            note="bar: mean over seeds; dots: seeds; line: one standard deviation; dashed: real images",
        )  # fmt: skip


def _sweep(models: Mapping[str, Any], head: str) -> Figure:
    swept = {model: found for model, found in models.items() if family(model) == "vq-vae"}
    dims, codes = (list(dict.fromkeys(found[key] for found in swept.values())) for key in ("latent_dim", "codes"))

    def mean(name: str, dim: int, size: int) -> float:
        found = next(model for model in swept.values() if (model["latent_dim"], model["codes"]) == (dim, size))
        return float({**found, **found["samplers"]["prior"]}[name]["mean"])

    tables = {title: [[mean(name, dim, size) for size in codes] for dim in dims] for name, title in SWEEP.items()}
    return sweep_tables(
        tables, [str(dim) for dim in dims], [str(size) for size in codes],
        axes_names=("length D of a code vector", "codes K"), title=f"{head}: vector-quantised VAEs",
    )  # fmt: skip
