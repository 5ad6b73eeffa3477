"""Stage pareto-select: from the grid to one architecture, in the thesis's steps 3 to 7 (section 6.1.3).

Step 5's judgement, whether a metric "shows consistency" over the training periods, is made a rule:
`tfvae.evaluation.consistency`.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.running import Experiment, run_all
from pipeline.experiment.yardstick import read_yardstick
from pipeline.params.loading import load_architectures
from pipeline.stage import Parameters
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


def main(
    parameters: Parameters,
    *,
    dataset: str,
    network: str,
    grid: Path,
    data: Path,
    classifier: Path,
    architectures: Path,
    record: Path,
) -> None:
    """Select the architecture of one dataset and network; write the whole search as its record."""
    settings = parameters.pareto_select.of(dataset, network)
    parts = getattr(load_architectures(architectures, parameters), network)
    grid = files.read_json(grid)
    candidates = [
        {"name": entry["name"], **{metric: entry[metric]["mean"] for metric in OBJECTIVES}}
        for entry in grid["candidates"]
    ]
    front = non_dominated(candidates, OBJECTIVES)
    yardstick = read_yardstick(data, classifier)

    def experiment(name: str, seed: int, steps: int, periods: int, repeats: int) -> Experiment:
        return Experiment(
            configuration=configure(parameters, network, parts.candidate(name), yardstick.x_train.shape[1:]),
            schedule=schedule(parameters, network, parameters.preliminary_grid.common.beta),
            seed=seed,
            steps=steps,
            periods=periods,
            period_images=settings.images,
            images=settings.images,
            noise_repeats=repeats,
        )

    seeds = range(settings.seed, settings.seed + ceil(settings.runs / len(front)))
    short_steps = settings.periods * settings.period_steps
    short = [(name, seed) for name in front for seed in seeds]
    planned = [experiment(*pair, short_steps, settings.periods, settings.noise_repeats) for pair in short]
    # A seed of its own: the models that decide are not those whose curves chose the metric.
    planned += [experiment(name, seeds.stop, settings.long_steps, 1, 0) for name in front]
    results = run_all(planned, yardstick, f"selection {dataset} {network}")
    runs = [_run(name, seed, result) for (name, seed), result in zip(short, results, strict=False)]
    trained = [
        {"name": name, **{metric: result["metrics"][metric] for metric in (*OBJECTIVES, "loss", "mse", "kl")}}
        for name, result in zip(front, results[len(short) :], strict=True)
    ]
    consistent = decide(runs, settings.share, settings.level)
    deciding, selected = choose(trained, consistent)
    taken = selected if settings.architecture == "selected" else settings.architecture
    record = {
        "dataset": dataset,
        "network": network,
        "searched_on": dataset,
        "objectives": list(OBJECTIVES),
        "candidates": candidates,
        "front": front,
        "runs": runs,
        "noise_sd": {name: max(run["noise_sd"][name] for run in runs) for name in OBJECTIVES},
        "consistent": consistent,
        "decided_by": deciding,
        "long": [{"candidate": entry.pop("name"), "steps": settings.long_steps, **entry} for entry in trained],
        "selected": selected,
        "architecture": parts.candidate(taken),
    }
    files.write_json(record, record)


def _run(name: str, seed: int, result: Mapping[str, Any]) -> dict[str, Any]:
    history = result["history"]
    curves = {metric: [row[metric] for row in history] for metric in (*OBJECTIVES, "loss")}
    return {
        "candidate": name,
        "seed": seed,
        "steps": [row["step"] for row in history],
        **curves,
        "noise_sd": result["noise_sd"],
    }


if __name__ == "__main__":
    stage.run(main)
