"""The search: waves of trials, of which the worse ones end early, and models of both fronts on further seeds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.experiment.configuration import configure
from pipeline.experiment.configuration import schedule as schedule_of_study
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.summaries import by_model
from pipeline.params.schema import Parameters
from pipeline.wide_search.measuring import OBJECTIVES, Sampled
from pipeline.wide_search.models import configuration, cost, schedule
from pipeline.wide_search.proposals import propose
from pipeline.wide_search.pruning import front_of, going_on
from pipeline.wide_search.training import Stretch
from tfvae.evaluation.summaries import summarize

Run = Callable[[Sequence[Job], str], Sequence[Outcome]]  # of jobs and what they are called
Trial = dict[str, Any]


def search(settings: Any, image_shape: Sequence[int], run: Run) -> list[Trial]:
    """Return all trials, a row each: "trial", "wave", "state", "parameters", "cost", "rungs" and its values.

    A rung has the objectives after so many "steps". The trials of a wave train side by side from rung to rung, and
    nothing depends on which of them ends first. The state is "complete", "pruned" (ended early) or "diverged".
    """
    trials: list[Trial] = []
    for wave in range(settings.waves):
        values = propose(trials, settings.choices(), settings.wave, settings.seed, settings.startup_trials)
        if wave == 0 and settings.first_trial.model_dump() not in values:
            values[0] = settings.first_trial.model_dump()
        new: list[Trial] = [
            {"trial": len(trials) + position, "wave": wave, "state": "complete", "parameters": 0, "cost": 0,
             "rungs": [], **own}
            for position, own in enumerate(values)
        ]  # fmt: skip
        trials += new
        _climb(new, trials, settings, image_shape, run)
    return trials


def _climb(new: Sequence[Trial], trials: Sequence[Trial], settings: Any, image_shape: Sequence[int], run: Run) -> None:
    """Train the new trials from rung to rung, and note what comes of each in its row."""
    trained: dict[int, Any] = {}
    left, start = list(new), 0
    for rung, stop in enumerate(settings.rungs):
        if not left:
            break
        jobs = [_job(trial, settings, image_shape, start, stop, trained.get(trial["trial"])) for trial in left]
        outcomes = run(jobs, f"wave {left[0]['wave'] + 1}, {stop} steps")
        for trial, outcome in zip(left, outcomes, strict=True):
            _note(trial, outcome, stop)
            trained[trial["trial"]] = outcome.trained
        left, start = [trial for trial in left if trial["state"] != "diverged"], stop
        if stop != settings.rungs[-1]:
            rivals = [trial for trial in trials if len(trial["rungs"]) > rung]
            costs = {trial["trial"]: [trial["rungs"][rung][name] for name in OBJECTIVES] for trial in rivals}
            chosen = going_on(costs, settings.keep) if costs else set()
            for trial in left:
                trial["state"] = "complete" if trial["trial"] in chosen else "pruned"
            left = [trial for trial in left if trial["state"] == "complete"]


def _job(trial: Trial, settings: Any, image_shape: Sequence[int], start: int, stop: int, before: Any) -> Job:
    described = configuration(trial, settings, image_shape)
    whole = schedule(trial, settings, settings.rungs[-1])
    stretch = Stretch(described, whole, settings.seed, start, stop, before)
    return Job(stretch, Sampled(described, settings.seed, stop, settings.images), model=str(trial["trial"]))


def _note(trial: Trial, outcome: Outcome, stop: int) -> None:
    trial["parameters"] = outcome.trained["parameters"]
    trial["cost"] = cost(trial["parameters"], trial["batch_size"], stop)
    if outcome.measured["metrics"]:
        trial["rungs"].append({"steps": stop, **outcome.measured["metrics"]})
    else:
        trial["state"] = "diverged"


def front(trials: Sequence[Trial], limit: float = float("inf")) -> list[int]:
    """Return the numbers of the complete trials that no other beats, of those that the first `limit` of cost paid."""
    spent, ends = 0, []
    for trial in trials:
        spent += trial["cost"]
        if trial["state"] == "complete" and spent <= limit:
            ends.append({"trial": trial["trial"], **trial["rungs"][-1]})
    return [one["trial"] for one in front_of(ends, OBJECTIVES)]


def grid_of(record: Mapping[str, Any], batch_size: int) -> dict[str, Any]:
    """Return the grid to compare with: its "candidates" with their cost and mean objectives, its "front", its "cost".

    `record` is that of the stage preliminary-grid; its models trained with batches of `batch_size`.
    """
    images = batch_size * len(record["seeds"])
    candidates = [
        {
            "name": one["name"],
            "cost": cost(one["parameters"], images, record["steps"]),
            **{name: one[name]["mean"] for name in OBJECTIVES},
        }
        for one in record["candidates"]
    ]
    best = [one["name"] for one in front_of(candidates, OBJECTIVES)]
    return {"cost": sum(one["cost"] for one in candidates), "front": best, "candidates": candidates}


def confirm(
    parameters: Parameters,
    settings: Any,
    trials: Mapping[str, Trial],
    grid: Mapping[str, Mapping[str, Any]],
    steps: int,
    image_shape: Sequence[int],
    run: Run,
) -> dict[str, Any]:
    """Train models of both fronts on further seeds, and return {name: its objectives, summarized over these}.

    What a search picks out of many has been lucky as well: on seeds that chose nothing, luck is gone. `trials` and
    `grid` are by the names that the models get; those of the grid, candidates of architectures.yaml, train for `steps`
    steps as there.
    """
    beta, jobs = parameters.preliminary_grid.common.beta, []
    plans = [
        (name, configuration(own, settings, image_shape), schedule(own, settings, settings.rungs[-1]))
        for name, own in trials.items()
    ]
    values = schedule_of_study(parameters, "mlp", beta)
    plans += [(name, configure(parameters, "mlp", own, image_shape), values) for name, own in grid.items()]
    for name, described, whole in plans:
        stop = settings.rungs[-1] if name in trials else steps
        for seed in settings.seeds:
            measuring = Sampled(described, seed, stop, settings.images)
            jobs.append(Job(Stretch(described, whole, seed, 0, stop), measuring, model=name))
    return {name: _confirmed(outcomes) for name, outcomes in by_model(run(jobs, "both fronts")).items()}


def _confirmed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    measured = [outcome.measured["metrics"] for outcome in outcomes]
    whole = [metrics for metrics in measured if metrics]
    first = outcomes[0].job.training
    paid = cost(outcomes[0].trained["parameters"], first.schedule["batch_size"], first.stop)
    summaries = {name: summarize([metrics[name] for metrics in whole]) for name in OBJECTIVES} if whole else {}
    return {"cost": paid, "diverged": len(measured) - len(whole), **summaries}
