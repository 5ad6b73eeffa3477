"""What the study found beside the thesis, in ten lines, with the records' numbers; and a few lines on the rest.

`python -m pipeline.readme.findings README.md` writes both parts; with --check nothing is written, and the exit status says
whether they stand there. The sentences are written by hand: whoever changes what they tell must read them again.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.readme import further_findings
from pipeline.readme.embedding import update
from pipeline.readme.spreads import spread

Records = Mapping[str, Any]


def findings(records: Records) -> str:
    """Return a Markdown list.

    Args:
        records: contents of the files that `NEEDED` names.

    Raises:
        KeyError: if a record lacks a number.
    """
    lines = (_losses, _rates, _sticks, _correct_sticks, _fids, _frequencies, _noise, _beta, _scaled, _shifted)
    return "\n".join(f"{number}. {line(records)}" for number, line in enumerate(lines, 1))


def _losses(records: Records) -> str:
    seen, fresh = _ablation(records, "mnist", "mse", "losses")
    clothes, fresh_clothes = _ablation(records, "fashion_mnist", "mse", "losses")
    return (
        "**The published losses are those of one frozen draw of noise.** Under the thesis's protocol the 0.2-VAE has a "
        f"squared error of {seen} on MNIST and {clothes} on Fashion-MNIST; with fresh noise the same models have "
        f"{fresh} and {fresh_clothes}. Trained with fresh noise: {_main(records, 'mnist', 'mse')} and "
        f"{_main(records, 'fashion_mnist', 'mse')}."
    )


def _rates(records: Records) -> str:
    frozen, fresh = _ablation(records, "mnist", "beta_x_kl", "epsilons")
    return (
        "**So is the small KL divergence.** A decoder that knows the noise needs no rate: KL times β is "
        f"{frozen} with frozen noise, {fresh} once noise is fresh and all else is left, on MNIST at β = 0.2."
    )


def _sticks(records: Records) -> str:
    clamped = _legacy(records, "mnist")["models"]["clamped_stick_breaking"]
    clothes = _legacy(records, "fashion_mnist")["models"]["clamped_stick_breaking"]
    return (
        f"**The thesis's stick-breaking models never learned to encode.** A clamp stops the gradient: KL is "
        f"{clamped['beta_x_kl']['mean']:.4f} for every seed, network and dataset (as published), and the squared error "
        f"that of a decoder which knows nothing of the image: {spread(clamped['mse'], 2)} and "
        f"{spread(clothes['mse'], 2)}."
    )


def _correct_sticks(records: Records) -> str:
    mnist, clothes = (records[f"stick-breaking/{dataset}-mlp"] for dataset in _DATASETS)
    gaussian = (_main(records, "mnist", "fid", "1"), _main(records, "fashion_mnist", "fid", "1"))
    return (
        "**As its authors published it, stick-breaking works**, if not as well as a Gaussian: squared error "
        f"{spread(mnist['mse'])} and {spread(clothes['mse'])}, KL {spread(mnist['kl'])} and "
        f"{spread(clothes['kl'])}; FID {spread(mnist['fid'])} and {spread(clothes['fid'])}, where the 1-VAE has "
        f"{gaussian[0]} and {gaussian[1]}."
    )


def _fids(records: Records) -> str:
    mixed, own = _ablation(records, "fashion_mnist", "fid", "reference_features", "clamped_stick_breaking")
    return (
        "**Two classifiers mixed turn FID around.** Measured with the other dataset's features, Fashion-MNIST's "
        f"clamped stick-breaking model looks good ({mixed}); with its own it is the worst ({own})."
    )


def _frequencies(records: Records) -> str:
    without, every = _ablation(records, "mnist", "tvd_max", "tvd_classes", "clamped_stick_breaking")
    return (
        "**Class frequencies without class 0 hide a collapse.** The largest gap of the clamped model is "
        f"{without} without that class and {every} with it: most of its samples are read as 0."
    )


def _noise(records: Records) -> str:
    models = _legacy(records, "mnist")["models"]
    each = ", ".join(f"{spread(models[beta]['fid'])} (β = {beta})" for beta in ("0.2", "0.5", "2", "5"))
    return (
        "**Much of the published ranking is seed noise.** FIDs under the thesis's protocol, three seeds where the "
        f"thesis has one run: {each}."
    )


def _beta(records: Records) -> str:
    each = ", ".join(f"{_main(records, 'mnist', 'fid', beta)} (β = {beta})" for beta in ("0.2", "0.5", "1", "2", "5"))
    return f"**Once noise is fresh, β orders FID clearly**, and the best β is neither end's: {each} on MNIST."


def _scaled(records: Records) -> str:
    rows = {
        (row["dataset"], row["learning_rate"], row["steps"]): row
        for row in records["reproduction"]["augmented"]
        if row["likelihood"] == "squared_error"
    }

    def change(*key: Any) -> str:
        return f"{spread(rows[key]['prior']['fid'])} → {spread(rows[key]['scaled']['fid'])}"

    early, late = ("mnist", 1e-4, 5000), ("mnist", 1e-3, 5000)
    contrast = [rows[early][way]["contrast"]["mean"] for way in ("prior", "scaled")]
    return (
        "**Latents times 100 help models that are still blurred.** They saturate the decoder (mean contrast "
        f"{contrast[0]:.2f} → {contrast[1]:.2f}; test images have {rows[early]['test_contrast']:.2f}). FID on MNIST at "
        f"the thesis's rate of 1e-4: {change(*early)} after 5,000 steps, {change('mnist', 1e-4, 20000)} after 20,000; "
        f"at 1e-3: {change(*late)}. On Fashion-MNIST: {change('fashion_mnist', 1e-4, 5000)}, "
        f"{change('fashion_mnist', 1e-4, 20000)} and {change('fashion_mnist', 1e-3, 5000)}. A mixture fitted to the "
        f"latents needs no such luck: {spread(rows[late]['mixture']['fid'])} on MNIST at 1e-3."
    )


def _shifted(records: Records) -> str:
    samplers = records["augmented-sampling/mnist-mlp-0.2"]["samplers"]
    plain, two, fitted = (spread(samplers[name]["fid"]) for name in ("prior", "shifted", "shifted_fit"))
    stand = {dataset: records[f"legacy-offsets/{dataset}"]["models"] for dataset in _DATASETS}
    relu, linear = (
        " and ".join(spread(stand[dataset][model]["offset"]) for dataset in _DATASETS)
        for model in ("0.2-epsilons", "0.2-posterior_heads")
    )
    return (
        "**Plus 2 is where a ReLU puts the latents.** It allows no mean below 0: with it and fresh noise, means of "
        f"dimensions in use stand around {relu} (MNIST, Fashion-MNIST); with linear heads around {linear}, and adding "
        f"2 takes FID from {plain} to {two}, adding the fitted mean to {fitted}."
    )


def _legacy(records: Records, dataset: str) -> Any:
    return records[f"legacy-experiments/{dataset}-mlp"]


def _ablation(records: Records, dataset: str, metric: str, switch: str, model: str = "0.2") -> tuple[str, str]:
    """Return a metric under the thesis's protocol, and with one switch corrected."""
    legacy = _legacy(records, dataset)
    corrected = legacy["ablation"][model][switch]
    return spread(legacy["models"][model][metric]), spread(corrected[metric])


def _main(records: Records, dataset: str, metric: str, beta: str = "0.2") -> str:
    return spread(records[f"main-experiments/{dataset}-mlp-{beta}"][metric])


_DATASETS = ("mnist", "fashion_mnist")
NEEDED = (
    "reproduction",
    "augmented-sampling/mnist-mlp-0.2",
    *(f"legacy-experiments/{dataset}-mlp" for dataset in _DATASETS),
    *(f"legacy-offsets/{dataset}" for dataset in _DATASETS),
    *(f"stick-breaking/{dataset}-mlp" for dataset in _DATASETS),
    *(f"main-experiments/{dataset}-mlp-{beta}" for dataset in _DATASETS for beta in ("0.2", "0.5", "1", "2", "5")),
)


def read(folder: Path) -> dict[str, Any]:
    """Return the records that both parts need, by their names.

    Raises:
        OSError: if one cannot be read.
    """
    paths = {name: folder / f"{name}.json" for name in (*NEEDED, *further_findings.NEEDED)}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in paths.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Put the findings into a README; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readme", type=Path)
    parser.add_argument("--metrics", type=Path, default=Path("metrics"), help="folder of the records")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if it is out of date")
    given = parser.parse_args(argv)
    try:
        records = read(given.metrics)
        old = update(given.readme, "findings", findings(records), given.check)
        return update(given.readme, "further-findings", further_findings.further_findings(records), given.check) or old
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
