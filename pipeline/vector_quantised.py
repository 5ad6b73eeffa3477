"""Stage vector-quantised: plain, beta- and vector-quantised VAEs, compared by what their samples are worth."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files, stage
from pipeline.experiment.summaries import summarize_nested
from pipeline.experiment.yardstick import read_yardstick
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters
from pipeline.vq_vae.jobs import REAL, RUN
from pipeline.vq_vae.models import gaussian, name_of, quantised
from pipeline.vq_vae.training import SHOWN

_MANY_SAMPLES, _FEW_SAMPLES = 200, 36
_PARTS = {"model": "training", "prior": "prior_training"}
_SHARED = (
    "images", "few_images", "neighbours", "neighbour_images", "projected_images", "regions", "region_width",
)  # fmt: skip


def plan(settings: Any, image_shape: Sequence[int]) -> list[dict[str, Any]]:
    """Return the jobs (see `pipeline.vq_vae.jobs.run`), the longest first, so that the cores finish together."""
    jobs = []
    for dim in settings.quantised_latent_dims:
        for codes in settings.codes:
            main = dim == settings.shown_latent_dim and codes == settings.shown_codes
            model = {
                "model": name_of("vq-vae", dim, codes),
                "configuration": quantised(image_shape, dim, codes, settings),
                "training": _training(settings, settings.quantised_steps),
                "prior": {"codes": codes, **settings.prior.model_dump()},
                "prior_training": {"steps": settings.prior_steps, **settings.prior_training.model_dump()},
            }
            jobs += _seeded(model, settings.seeds if main else settings.sweep_seeds, _MANY_SAMPLES)
    families = (("vae", 1, settings.latent_dims), ("beta-vae", settings.beta, settings.beta_latent_dims))
    for family, beta, dims in families:
        for dim in dims:
            model = {
                "model": name_of(family, dim),
                "beta": beta,
                "configuration": gaussian(image_shape, dim, settings.precision),
                "training": _training(settings, settings.steps),
            }
            jobs += _seeded(model, settings.seeds, _FEW_SAMPLES)
    return [*jobs, *_seeded({"model": REAL}, settings.seeds, 0)]


def amount(job: Mapping[str, Any]) -> int:
    """Return how many steps a job takes, at least one."""
    return max(1, sum(job[part]["steps"] for part in ("training", "prior_training") if part in job))


def record(jobs: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return {"real": ..., "models": {name: what it is, and summaries over its seeds}}."""
    described: dict[str, Any] = {}
    for name in dict.fromkeys(job["model"] for job in jobs):
        own = [(job, result) for job, result in zip(jobs, results, strict=True) if job["model"] == name]
        first = own[0][0]
        described[name] = {
            **_description(first, own[0][1]),
            "seeds": [job["seed"] for job, _ in own],
            **summarize_nested([result["metrics"] for _, result in own]),
        }
    return {"real": described.pop(REAL), "models": described}


def main(parameters: Parameters, *, dataset: str, data: Path, classifier: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings, data = parameters.vector_quantised.of(dataset), files.read_npz(data)
    yardstick, training = read_yardstick(data, classifier), parameters.train_fid_classifier.common
    shared = {
        "yardstick": yardstick,
        "y_test": data["y_test"],
        **{name: getattr(settings, name) for name in _SHARED},
        "classifier": {
            "steps": settings.classifier_steps,
            **{name: getattr(training, name) for name in ("batch_size", "learning_rate", "dropout")},
        },
    }
    jobs = plan(settings, yardstick.x_train.shape[1:])
    amounts = [amount(job) for job in jobs]
    results = run_resumable(RUN, jobs, shared, amounts=amounts, label=f"vector-quantised {dataset}", unit="step")
    test = {"originals": yardstick.x_test[:SHOWN], "labels": data["y_test"][: settings.projected_images]}
    _write_models(models, jobs, results, test)
    head = {
        "dataset": dataset,
        "classifier_accuracy": float(np.mean(yardstick.labels == data["y_test"])),
        "images": settings.images,
        "few_images": settings.few_images,
        "shown": name_of("vq-vae", settings.shown_latent_dim, settings.shown_codes),
    }
    files.write_json(record, {**head, **record(jobs, results)})


def _training(settings: Any, steps: int) -> dict[str, Any]:
    cooldown = round(settings.cooldown_share * steps)
    return {
        "steps": steps,
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
        "cooldown": [steps - cooldown, steps] if cooldown else None,
    }


def _seeded(model: Mapping[str, Any], seeds: Sequence[int], samples: int) -> list[dict[str, Any]]:
    """Return a job per seed; pictures are of the first."""
    return [{**model, "seed": seed, "pictures": 0 if number else samples} for number, seed in enumerate(seeds)]


def _description(job: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    if job["model"] == REAL:
        return {}
    parts = result["weights"].values()
    own = {"beta": job["beta"]} if "beta" in job else {"codes": job["prior"]["codes"]}
    posterior = job["configuration"].get("posterior") or job["configuration"]["quantizer"]
    return {
        "latent_dim": posterior["latent_dim"],
        **own,
        "steps": {name: job[part]["steps"] for name, part in _PARTS.items() if part in job},
        "parameters": sum(weight.size for weights in parts for weight in weights),
    }


def _write_models(
    folder: Any,
    jobs: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
    test: Mapping[str, np.ndarray],
) -> None:
    """Write a directory per model and seed, and the pictures of first seeds with what they show of the test data."""
    import pandas as pd

    pictures: dict[str, np.ndarray] = {}
    for job, result in zip(jobs, results, strict=True):
        if job["model"] == REAL:
            continue
        directory = folder / job["model"] / f"seed-{job['seed']}"
        kinds = {"model": job["configuration"], "prior": job.get("prior")}
        for part, weights in result["weights"].items():
            files.write_weights(directory / f"{part}.npz", weights)
            files.write_json(directory / f"{part}.json", kinds[part])
            files.write_csv(directory / f"{part}-history.csv", pd.DataFrame(result["history"][part]))
        pictures.update({f"{job['model']}|{name}": array for name, array in result["pictures"].items()})
    files.write_npz(folder / "pictures.npz", {**pictures, **test})


if __name__ == "__main__":
    stage.run(main)
