"""The figures of the comparison by samples, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.names import dataset_title
from pipeline.vq_vae.names import FAMILIES, family, label
from tfvae.plotting.latents import class_planes, named_rows
from tfvae.plotting.quantised import code_maps, sample_sheets, score_bars, sweep_tables
from tfvae.plotting.scores import lower_is_better, of_seeds, titled
from tfvae.plotting.style import MODEL_COLORS

SWEEP = {
    "mse": "squared error",
    "perplexity": "perplexity of codes",
    "nats_per_code": "nats per code",
    "inception_score": "inception score",
    "fid": "FID",
}
_SMALL, _LARGE = 6, 20


def draw(record: Mapping[str, Any], pictures: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset; those of a model are "<model>|<name>"."""
    head = dataset_title(record["dataset"])
    models, shown = record["models"], record["shown"]
    originals, decoded = pictures["originals"], {model: pictures[f"{model}|reconstructions"] for model in models}
    yield from _scores(record, head)
    title = f"{head}, {label(shown)}: test images, their codes and reconstructions"
    codes = (pictures[f"{shown}|codes"], decoded[shown], models[shown]["codes"])
    yield "codes", code_maps(originals, *codes, title=title)
    samples = pictures[f"{shown}|samples-prior"]
    title = f"{head}: {len(samples)} samples of the vector-quantised VAE"
    yield "samples-vq-vae", sample_sheets({label(shown): samples}, columns=_LARGE, title=title)
    sheets = {
        label(model, sampler): pictures[f"{model}|samples-{sampler}"][: _SMALL * _SMALL]
        for model in models
        for sampler in models[model]["samplers"]
        if family(model) != "vq-vae" or model == shown
    }
    title = f"{head}: samples of each model"
    yield "samples", sample_sheets(sheets, columns=_SMALL, title=title, note=f"first seeds; {_training(models)}")
    rows = {"original": originals, **{label(model): images for model, images in decoded.items()}}
    title = f"{head}: test images and reconstructions"
    yield "reconstructions", named_rows(rows, title=title, note=f"first seeds; {_training(models)}")
    note = "Posterior means: the two dimensions themselves, or of more the two principal components."
    for kind in ("vae", "beta-vae"):
        of_kind = [model for model in models if family(model) == kind]
        planes = {label(model): (pictures[f"{model}|plane"], pictures["labels"]) for model in of_kind}
        yield f"latents-{kind}", class_planes(planes, title=f"{head}: latents of test images", note=note)
    yield "sweep", _sweep(models, head)


def _scores(record: Mapping[str, Any], head: str) -> Iterator[tuple[str, Figure]]:
    real, models = record["real"], record["models"]
    training = real["samplers"]["training_images"]
    charts = {
        "inception_score": (f"inception score of {record['images']:,} samples", "test images", real),
        "inception_score_few": (f"inception score of {record['few_images']:,} samples", "test images", real),
        "fid": ("FID of samples", "training images", training),
        "cas": ("accuracy of a classifier trained on samples", "training images", training),
    }
    circular = "; partly circular: the samples' labels are given by the classifier that FID is measured with"
    ways = {label(model, sampler): (model, sampler) for model in models for sampler in models[model]["samplers"]}
    colors = {name: MODEL_COLORS[family(model)] for name, (model, _) in ways.items()}
    how = "dashed: real images"
    for score, (title, images, reference) in charts.items():
        bars = {name: models[model]["samplers"][sampler][score]["values"] for name, (model, sampler) in ways.items()}
        dashed = {images: reference[score]["mean"]}
        more: dict[str, Any] = {"title": f"{head}: {title}", "note": how + (circular if score == "cas" else "")}
        figure = score_bars(bars, colors=colors, references=dashed, label=titled(title, score), **more)
        yield score.replace("_", "-"), figure


def _training(models: Mapping[str, Any]) -> str:
    """Return how many steps the models of each family were trained: a short training explains poor samples."""
    steps = {FAMILIES[family(name)]: model["steps"] for name, model in models.items()}
    return "; ".join(
        f"{name}: {' + '.join(f'{count:,}' for count in counts.values())} training steps"
        for name, counts in steps.items()
    )


def _sweep(models: Mapping[str, Any], head: str) -> Figure:
    swept = [model for name, model in models.items() if family(name) == "vq-vae"]
    by_size = {(model["latent_dim"], model["codes"]): {**model, **model["samplers"]["prior"]} for model in swept}
    dims, sizes = (list(dict.fromkeys(values)) for values in zip(*by_size, strict=True))
    tables = {
        title: [[by_size[dim, size][name]["mean"] for size in sizes] for dim in dims] for name, title in SWEEP.items()
    }
    counts = [model["mse"]["n"] for model in swept]
    return sweep_tables(
        tables, list(map(str, dims)), list(map(str, sizes)), axes_names=("length D of a code vector", "codes K"),
        title=f"{head}: vector-quantised VAEs", note=of_seeds(counts),
        lower={title: lower for name, title in SWEEP.items() if (lower := lower_is_better(name)) is not None},
    )  # fmt: skip
