"""From the grid to one architecture, in the thesis's steps 3 to 7 (section 6.1.3).

`tfvae.evaluation.consistency` decides step 5: whether a metric "shows consistency" over the training periods.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.training import Training
from pipeline.params.schema import Parameters
from tfvae.evaluation.consistency import is_consistent
from tfvae.evaluation.pareto import pareto_front

OBJECTIVES = ("fid", "tvd")


def non_dominated(candidates: Sequence[Mapping[str, Any]], objectives: Sequence[str]) -> list[str]:
    """Return the names of the candidates that no other beats; each objective is a cost."""
    front = pareto_front([[candidate[name] for name in objectives] for candidate in candidates])
    return [candidates[i]["name"] for i in front]


def decide(runs: Sequence[Mapping[str, Any]], share: float, level: float) -> dict[str, bool]:
    """Return which objectives are consistent over all runs (step 5)."""
    noise = {name: [run["noise_sd"][name] for run in runs] for name in OBJECTIVES}
    curves = {name: [run[name] for run in runs] for name in OBJECTIVES}
    return {name: is_consistent(curves[name], noise[name], share=share, level=level) for name in OBJECTIVES}


def choose(trained: Sequence[Mapping[str, Any]], consistent: Mapping[str, bool]) -> tuple[list[str], str]:
    """Return the metrics that decide and the chosen candidate (steps 5 and 7).

    One consistent metric decides alone; with both, the new Pareto front's member of the lowest FID is taken (the thesis
    keeps the whole front, the later stages need one); with none, the loss decides.
    """
    deciding = [name for name in OBJECTIVES if consistent[name]] or ["loss"]
    front = non_dominated(trained, deciding)
    return deciding, min((entry for entry in trained if entry["name"] in front), key=lambda e: e[deciding[0]])["name"]


def grid_front(grid: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the candidates of a grid's record with their objectives, and the names of its Pareto front (step 3)."""
    entries = grid["candidates"]
    candidates = [{"name": one["name"], **{name: one[name]["mean"] for name in OBJECTIVES}} for one in entries]
    return candidates, non_dominated(candidates, OBJECTIVES)


def plan(
    parameters: Parameters, dataset: str, network: str, parts: Any, front: Sequence[str], image_shape: Sequence[int]
) -> list[Job]:
    """Return the jobs of short trainings on several seeds, whose periods are followed, then of a long one each."""
    settings = parameters.pareto_select.of(dataset, network)
    values = schedule(parameters, network, parameters.preliminary_grid.common.beta)

    def job(name: str, seed: int, steps: int, periods: int, repeats: int) -> Job:
        configuration = configure(parameters, network, parts.candidate(name), image_shape)
        training = Training(configuration, values, seed, steps, periods, settings.images)
        return Job(training, Measuring(training, settings.images, repeats), model=name)

    seeds = range(settings.seed, settings.seed + ceil(settings.runs / len(front)))
    steps, periods = settings.periods * settings.period_steps, settings.periods
    short = [job(name, seed, steps, periods, settings.noise_repeats) for name in front for seed in seeds]
    # A seed of its own: the models that decide are not those whose curves chose the metric.
    return short + [job(name, seeds.stop, settings.long_steps, 1, 0) for name in front]


def record(grid: Mapping[str, Any], outcomes: Sequence[Outcome], settings: Any) -> dict[str, Any]:
    """Return the record of the search up to the selected candidate (steps 5 to 7) from the grid's record."""
    candidates, front = grid_front(grid)
    short, long = outcomes[: -len(front)], outcomes[-len(front) :]
    runs, metrics = [_run(outcome) for outcome in short], (*OBJECTIVES, "loss", "mse", "kl")
    trained = [
        {"name": outcome.job.model, **{metric: outcome.measured["metrics"][metric] for metric in metrics}}
        for outcome in long
    ]
    consistent = decide(runs, settings.share, settings.level)
    deciding, selected = choose(trained, consistent)
    return {
        "objectives": list(OBJECTIVES),
        "candidates": candidates,
        "front": front,
        "runs": runs,
        "noise_sd": {name: max(run["noise_sd"][name] for run in runs) for name in OBJECTIVES},
        "consistent": consistent,
        "decided_by": deciding,
        "long": [{"candidate": entry.pop("name"), "steps": settings.long_steps, **entry} for entry in trained],
        "selected": selected,
    }


def _run(outcome: Outcome) -> dict[str, Any]:
    history, head = outcome.measured["history"][""], {"candidate": outcome.job.model, "seed": outcome.job.training.seed}
    curves = {metric: [row[metric] for row in history] for metric in (*OBJECTIVES, "loss")}
    steps = [row["step"] for row in history]
    return {**head, "steps": steps, **curves, "noise_sd": outcome.measured["noise_sd"]}
