"""The record of the comparison by samples."""

from collections.abc import Sequence
from typing import Any

from pipeline.experiment.running import Job, Outcome
from pipeline.experiment.summaries import summarize_nested


def comparison_record(
    jobs: Sequence[tuple[str, Job]], outcomes: Sequence[Outcome], seeds: Sequence[int], real: Sequence[Any]
) -> dict[str, Any]:
    """Return {"real": ..., "models": {name: its description, and its metrics summarized over its seeds}}.

    Args:
        jobs: (name, job) of every model and seed.
        outcomes: of the jobs.
        seeds: of the metrics of real images.
        real: metrics of real images, by seed.
    """
    own: dict[str, list[tuple[Job, Outcome]]] = {}
    for (name, job), outcome in zip(jobs, outcomes, strict=True):
        own.setdefault(name, []).append((job, outcome))
    models = {
        name: {
            **_description(*pairs[0]),
            "seeds": [job.training.seed for job, _ in pairs],
            **summarize_nested([outcome.measured["metrics"] for _, outcome in pairs]),
        }
        for name, pairs in own.items()
    }
    return {"real": {"seeds": list(seeds), **summarize_nested(real)}, "models": models}


def _description(job: Job, outcome: Outcome) -> dict[str, Any]:
    training, prior = job.training, job.training.prior
    posterior = training.configuration["quantizer" if prior else "posterior"]
    return {
        "latent_dim": posterior["latent_dim"],
        **({"codes": posterior["codes"]} if prior else {"beta": training.schedule["beta"]}),
        "steps": {"model": training.steps, **({"prior": prior.steps} if prior else {})},
        "parameters": sum(weight.size for weights in outcome.trained["weights"].values() for weight in weights),
    }
