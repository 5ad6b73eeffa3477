"""From the grid to one architecture, in the thesis's steps 3 to 7 (section 6.1.3).

Step 5's judgement, whether a metric "shows consistency" over the training periods, is made a rule:
`tfvae.evaluation.consistency`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.running import Job, Outcome
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
    return {
        name: is_consistent(
            [run[name] for run in runs], [run["noise_sd"][name] for run in runs], share=share, level=level
        )
        for name in OBJECTIVES
    }


def choose(trained: Sequence[Mapping[str, Any]], consistent: Mapping[str, bool]) -> tuple[list[str], str]:
    """Return the metrics that decide and the chosen candidate (steps 5 and 7).

    One consistent metric decides alone; with both, the new Pareto front's member of the lowest FID is taken (the
    thesis keeps the whole front, the later stages need one); with none, the loss decides.
    """
    deciding = [name for name in OBJECTIVES if consistent[name]] or ["loss"]
    front = non_dominated(trained, deciding)
    return deciding, min((entry for entry in trained if entry["name"] in front), key=lambda e: e[deciding[0]])["name"]


@dataclass(frozen=True)
class Plan:
    """The trainings of a selection: short runs (candidate, seed) whose periods are followed, then a long one each."""

    candidates: Sequence[Mapping[str, Any]]
    front: Sequence[str]
    short: Sequence[tuple[str, int]]
    jobs: Sequence[Job]


def plan(
    parameters: Parameters,
    dataset: str,
    network: str,
    parts: Any,
    grid: Mapping[str, Any],
    image_shape: Sequence[int],
) -> Plan:
    """Return what is trained for the candidates on the grid's Pareto front (steps 3 and 4)."""
    settings = parameters.pareto_select.of(dataset, network)
    candidates = [
        {"name": entry["name"], **{metric: entry[metric]["mean"] for metric in OBJECTIVES}}
        for entry in grid["candidates"]
    ]
    front = non_dominated(candidates, OBJECTIVES)
    values = schedule(parameters, network, parameters.preliminary_grid.common.beta)

    def job(name: str, seed: int, steps: int, periods: int, repeats: int) -> Job:
        configuration = configure(parameters, network, parts.candidate(name), image_shape)
        training = Training(configuration, values, seed, steps, periods, settings.images)
        return Job(training, Measuring(training, settings.images, repeats), steps)

    seeds = range(settings.seed, settings.seed + ceil(settings.runs / len(front)))
    steps, periods = settings.periods * settings.period_steps, settings.periods
    short = [(name, seed) for name in front for seed in seeds]
    jobs = [job(*pair, steps, periods, settings.noise_repeats) for pair in short]
    # A seed of its own: the models that decide are not those whose curves chose the metric.
    jobs += [job(name, seeds.stop, settings.long_steps, 1, 0) for name in front]
    return Plan(candidates, front, short, jobs)


def record(plan: Plan, outcomes: Sequence[Outcome], settings: Any) -> dict[str, Any]:
    """Return the record of the search up to the selected candidate (steps 5 to 7)."""
    runs = [_run(*pair, outcome.measured) for pair, outcome in zip(plan.short, outcomes, strict=False)]
    trained = [
        {"name": name, **{metric: outcome.measured["metrics"][metric] for metric in (*OBJECTIVES, "loss", "mse", "kl")}}
        for name, outcome in zip(plan.front, outcomes[len(plan.short) :], strict=True)
    ]
    consistent = decide(runs, settings.share, settings.level)
    deciding, selected = choose(trained, consistent)
    return {
        "objectives": list(OBJECTIVES),
        "candidates": plan.candidates,
        "front": plan.front,
        "runs": runs,
        "noise_sd": {name: max(run["noise_sd"][name] for run in runs) for name in OBJECTIVES},
        "consistent": consistent,
        "decided_by": deciding,
        "long": [{"candidate": entry.pop("name"), "steps": settings.long_steps, **entry} for entry in trained],
        "selected": selected,
    }


def _run(name: str, seed: int, measured: Mapping[str, Any]) -> dict[str, Any]:
    history = measured["history"]
    curves = {metric: [row[metric] for row in history] for metric in (*OBJECTIVES, "loss")}
    return {
        "candidate": name,
        "seed": seed,
        "steps": [row["step"] for row in history],
        **curves,
        "noise_sd": measured["noise_sd"],
    }
