"""Stage main-experiments: the beta-VAE on several seeds, measured while it trains."""

from typing import Any

from pipeline import stage
from pipeline.experiment.configuration import configure, cooldown, schedule
from pipeline.experiment.records import describe, save_runs, summarize_metrics
from pipeline.experiment.running import Experiment, run_all
from pipeline.experiment.yardstick import read_yardstick


def main(parameters: Any, arguments: Any) -> None:
    """Train one configuration; write its models and its record."""
    dataset, network, beta = arguments.dataset, arguments.network, stage.number(arguments.beta)
    settings = parameters.main_experiments.of(dataset, network)
    architecture = stage.read_json(arguments.architecture)["architecture"]
    yardstick = read_yardstick(arguments.data, arguments.classifier)
    experiments = [
        Experiment(
            configuration=configure(parameters, network, architecture, yardstick.x_train.shape[1:]),
            schedule=schedule(parameters, network, beta, **cooldown(settings)),
            seed=seed,
            steps=settings.steps,
            periods=settings.periods,
            period_images=settings.period_images,
            images=settings.images,
            samples=position == 0,
        )
        for position, seed in enumerate(settings.seeds)
    ]
    results = run_all(experiments, yardstick, f"{dataset} {network} beta {arguments.beta}")
    save_runs(arguments.models, experiments, results)
    head = describe(experiments, dataset, architecture["name"])
    stage.write_json(arguments.record, {**head, **summarize_metrics(results)})


if __name__ == "__main__":
    stage.run(
        main,
        reads={"data": 1, "classifier": 1, "architecture": 1},
        writes=("models", "record"),
        options=("dataset", "network", "beta"),
    )
