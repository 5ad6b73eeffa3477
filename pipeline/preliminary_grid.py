"""Stage preliminary-grid: train every candidate architecture for the same steps and record FID and TVD."""

from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.models import summarize_metrics
from pipeline.experiment.running import Experiment, run_all
from pipeline.experiment.yardstick import read_yardstick
from pipeline.params.loading import load_architectures
from pipeline.stage import Parameters

_RECORDED = ("fid", "tvd", "max_class_gap", "loss", "mse", "kl")


def plan(parameters: Any, dataset: str, network: str, parts: Any, image_shape: Any) -> list[tuple[str, Experiment]]:
    """Return (candidate, experiment) for every candidate, made of the network's `parts`, and every seed."""
    settings = parameters.preliminary_grid.of(dataset, network)
    return [
        (
            name,
            Experiment(
                configuration=configure(parameters, network, parts.candidate(name), image_shape),
                schedule=schedule(parameters, network, settings.beta),
                seed=seed,
                steps=settings.steps,
                periods=1,
                period_images=settings.images,
                images=settings.images,
            ),
        )
        for name in (parts.candidates if settings.candidates == "all" else settings.candidates)
        for seed in settings.seeds
    ]


def main(
    parameters: Parameters,
    *,
    dataset: str,
    network: str,
    data: Path,
    classifier: Path,
    architectures: Path,
    record: Path,
) -> None:
    """Search one dataset with one network; write the grid's record."""
    parts = getattr(load_architectures(architectures, parameters), network)
    yardstick = read_yardstick(data, classifier)
    planned = plan(parameters, dataset, network, parts, yardstick.x_train.shape[1:])
    results = run_all([experiment for _, experiment in planned], yardstick, f"grid {dataset} {network}")
    candidates = []
    for name in dict.fromkeys(candidate for candidate, _ in planned):
        own = [result for (candidate, _), result in zip(planned, results, strict=True) if candidate == name]
        size = sum(int(weight.size) for weight in own[0]["weights"])
        candidates.append({"name": name, "parameters": size, **summarize_metrics(own, _RECORDED)})
    settings = parameters.preliminary_grid.of(dataset, network)
    record = {
        "dataset": dataset,
        "network": network,
        "beta": settings.beta,
        "seeds": settings.seeds,
        "steps": settings.steps,
        "candidates": candidates,
    }
    files.write_json(record, record)


if __name__ == "__main__":
    stage.run(main)
