"""Stage preliminary-grid: train every candidate architecture for the same steps and record FID and TVD."""

from typing import Any

from pipeline import stage
from pipeline.configuration import configure, schedule
from pipeline.experiment import Experiment, read_yardstick, run_all, summarize_metrics

_RECORDED = ("fid", "tvd", "max_class_gap", "loss", "mse", "kl")


def plan(parameters: Any, dataset: str, network: str, image_shape: Any) -> list[tuple[str, Experiment]]:
    """Return (candidate, experiment) for every candidate and seed."""
    settings = getattr(parameters.preliminary_grid[dataset], network)
    return [
        (
            name,
            Experiment(
                configuration=configure(parameters, network, parameters.candidate(network, name), image_shape),
                schedule=schedule(parameters, network, settings.beta),
                seed=seed,
                steps=settings.steps,
                periods=1,
                period_images=settings.images,
                images=settings.images,
            ),
        )
        for name in settings.candidates
        for seed in settings.seeds
    ]


def main(parameters: Any, arguments: Any) -> None:
    """Search one dataset with one network; write the grid's record."""
    dataset, network = arguments.dataset, arguments.network
    yardstick = read_yardstick(arguments.data, arguments.classifier, arguments.classifier_record)
    planned = plan(parameters, dataset, network, yardstick.x_train.shape[1:])
    results = run_all([experiment for _, experiment in planned], yardstick, f"grid {dataset} {network}")
    settings = getattr(parameters.preliminary_grid[dataset], network)
    candidates = []
    for name in settings.candidates:
        own = [result for (candidate, _), result in zip(planned, results, strict=True) if candidate == name]
        size = sum(int(weight.size) for weight in own[0]["weights"])
        candidates.append({"name": name, "parameters": size, **summarize_metrics(own, _RECORDED)})
    record = {"dataset": dataset, "network": network, **settings.model_dump(include={"beta", "steps", "seeds"})}
    stage.write_json(arguments.record, {**record, "candidates": candidates})


if __name__ == "__main__":
    stage.run(
        main,
        reads={"data": 1, "classifier": 1, "classifier_record": 1},
        writes=("record",),
        options=("dataset", "network"),
    )
