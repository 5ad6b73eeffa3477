"""The grid of candidate architectures: what is trained, and its record."""

from collections.abc import Sequence
from typing import Any

from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_metrics
from pipeline.experiment.training import Training
from pipeline.params.schema import Parameters

_RECORDED = ("fid", "tvd", "max_class_gap", "max_class_gap_without_class_zero", "loss", "mse", "kl")


def plan(parameters: Parameters, dataset: str, network: str, parts: Any, image_shape: Sequence[int]) -> list[Job]:
    """Return a job for every candidate, made of the network's `parts`, and every seed."""
    settings = parameters.preliminary_grid.of(dataset, network)
    values = schedule(parameters, network, settings.beta)
    jobs = []
    for name in parts.candidates if settings.candidates == "all" else settings.candidates:
        configuration = configure(parameters, network, parts.candidate(name), image_shape)
        for seed in settings.seeds:
            training = Training(configuration, values, seed, settings.steps, periods=1)
            jobs.append(Job(training, Measuring(training, settings.images), model=name))
    return jobs


def candidates(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return for each candidate its name, its number of weights and its metrics summarized over seeds."""
    return [
        {
            "name": name,
            "parameters": sum(weight.size for weight in own[0].trained["weights"][""]),
            **summarize_metrics(own, _RECORDED),
        }
        for name, own in by_model(outcomes).items()
    ]
