"""Results as Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.load import LIMIT

LABELS = {
    "tfvae_all_cores": "tfvae, a model on each core",
    "tfvae_one_model": "tfvae, one model on one core",
    "notebook": "Keras `fit` over `tf.data`, all cores",
    "pythae": "pythae's trainer, all cores",
}
AXES = {
    "images": ("images", "seconds"),
    "latent_dim": ("latent size", "seconds per 10,000 images"),
    "data": ("images in the data", "seconds per 10,000 images"),
}
EVALUATION = {
    "fid": "FID of 10,000 x 64 features",
    "fid_sqrtm": "the same with SciPy's `sqrtm`",
    "features": "features of 10,000 images",
    "generate_mlp": "generating 10,000 images, mlp",
    "generate_cnn": "generating 10,000 images, cnn",
}
JOB = {
    "start": "start: Python, TensorFlow, parameters",
    "compilation": "tracing and compiling the loop",
    "training": "compiled steps",
    "evaluation": "generating, features, metrics",
    "other": "the rest",
}
SHARES = {
    "share_of_steps": "compiled steps, of these and the rest",
    "share_of_evaluation": "evaluation, of the whole job",
}


def to_markdown(results: Mapping[str, Any]) -> str:
    """Return the report of a run."""
    machine, settings = results["machine"], results["settings"]
    precision = ", ".join(
        f"{name} {one['precision']}{' with XLA' if one['xla'] else ''}" for name, one in settings["training"].items()
    )
    parts = [
        "# Benchmark",
        "Written by `make bench`. Medians, in brackets the lowest and the highest round.",
        f"{machine['processor']}, {machine['cores']} cores; Python {machine['python']}, TensorFlow "
        f"{machine['tensorflow']}, Keras {machine['keras']}{_peer(results['peer'])}. Data: {settings['dataset']}; "
        f"batches of {settings['batch_size']}; tfvae computes in: {precision}; the others in float32. "
        f"{settings['rounds']} interleaved rounds. No GPU was measured.",
        _load(results["other_load"]),
    ]
    for network in results["images_per_second"]:
        parts += [f"## Training, {network}", _training(results, network)]
    parts += ["## The machine's ceiling", _ceilings(results)]
    parts += ["## Evaluation, on one core", _evaluation(results["evaluation"])]
    parts += ["## One training job of the study, on one core", _job(results["training_job"])]
    parts += ["## How time grows, one core", *_growth(results["growth"])]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table whose first column holds names and whose others hold numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float) -> str:
    """Return a number with three significant digits, or all digits before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def with_spread(spread: Mapping[str, float] | None, factor: float = 1.0) -> str:
    """Return "median (low-high)"."""
    if spread is None:
        return "not measured"
    middle, low, high = (number(spread[key] * factor) for key in ("median", "low", "high"))
    return f"{middle} ({low}-{high})"


def _peer(peer: Mapping[str, Any]) -> str:
    versions = peer["versions"]
    if versions is None:
        return f"; pythae was not measured: {peer['reason']}"
    return f"; pythae {versions['pythae']} with PyTorch {versions['torch']}"


def _load(load: Mapping[str, float] | None) -> str:
    if load is None:
        return "What else the machine did meanwhile is not known."
    busy = f"{load['median']:.2f} cores (median over rounds), {load['high']:.2f} in the worst one"
    verdict = ": too much for these ratios to mean anything." if load["high"] > LIMIT else "."
    return f"Other processes took {busy}{verdict}"


def _training(results: Mapping[str, Any], network: str) -> str:
    against, rows = results["ratio_spread"][network], []
    for name, rate in results["images_per_second"][network].items():
        start, share = results["first_step_seconds"][network][name], results["share_of_ceiling"][network][name]
        shares = ", ".join(f"{value:.1%} of {key.replace('_', ' ')}" for key, value in (share or {}).items())
        ratio = with_spread(against[name]) if name in against else ""
        first = number(start["total"]) if start else "not measured"
        rows.append([LABELS[name], with_spread(rate), ratio, first, shares])
    head = [
        "way",
        "images per second",
        "tfvae on all cores is faster by",
        "seconds to the first step",
        "of the ceiling",
    ]
    return table(head, rows)


def _ceilings(results: Mapping[str, Any]) -> str:
    places = results["ceilings_gflops"]
    rows = [
        [name.replace("_", " "), *(with_spread(place[name]) for place in places.values())]
        for name in places["one_core"]
    ]
    flops = ", ".join(f"{network} {number(value)}" for network, value in results["megaflops_per_image"].items())
    return (
        table(["10^9 operations per second", "one core", "one process per core"], rows)
        + "\n\nThe matrices are 2048 x 2048; the convolution is the second of the thesis's decoder, 64 images. "
        + f"Training on one image takes, in 10^6 operations: {flops} (three times the forward pass)."
    )


def _evaluation(evaluation: Mapping[str, Any]) -> str:
    rows = [[label, with_spread(evaluation["seconds"][name], 1e3)] for name, label in EVALUATION.items()]
    difference = evaluation["fid_relative_difference"]
    return table(["", "milliseconds"], rows) + f"\n\nBoth FIDs differ by {difference:.1e} of their value."


def _job(jobs: Mapping[str, Any]) -> str:
    rows = [[label, *(number(job["seconds"][name]) for job in jobs.values())] for name, label in JOB.items()]
    for name, label in SHARES.items():
        rows.append([label, *(f"{job[name]:.1%}" for job in jobs.values())])
    steps = "; ".join(f"{name} {job['steps']:,} steps, {job['steps_measured']:,} run" for name, job in jobs.items())
    return table(["seconds", *jobs], rows) + f"\n\nThe architectures are those that the study chose; {steps}."


def _growth(growth: Mapping[str, Any]) -> Iterable[str]:
    for network, axes in growth.items():
        for axis, (label, unit) in AXES.items():
            rows = [[f"{int(value):,}", with_spread(seconds)] for value, seconds in axes[axis].items()]
            yield table([f"{network}: {label}", unit], rows)
        cores = [axis for axis in axes if axis.startswith("models_on_")]
        models = axes["models_on_1"]
        rows = [
            [value, *(with_spread(axes[axis][value]) if value in axes[axis] else "" for axis in cores)]
            for value in models
        ]
        heads = [f"{axis.rsplit('_', 1)[1]} core(s)" for axis in cores]
        yield table([f"{network}: models, 10,000 images each: seconds", *heads], rows)
