"""Stage main-experiments: the beta-VAE on several seeds, measured while it trains."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.configuration import configure, cooldown, schedule
from pipeline.experiment.models import describe, save_runs, summarize_metrics
from pipeline.experiment.running import Experiment, run_all
from pipeline.experiment.yardstick import read_yardstick
from pipeline.stage import Parameters


def main(
    parameters: Parameters,
    *,
    dataset: str,
    network: str,
    beta: int | float,
    data: Path,
    classifier: Path,
    architecture: Path,
    models: Path,
    record: Path,
) -> None:
    """Train one configuration; write its models and its record."""
    dataset, network, beta = dataset, network, stage.number(beta)
    settings = parameters.main_experiments.of(dataset, network)
    architecture = files.read_json(architecture)["architecture"]
    yardstick = read_yardstick(data, classifier)
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
    results = run_all(experiments, yardstick, f"{dataset} {network} beta {beta}")
    save_runs(models, experiments, results)
    head = describe(experiments, dataset, architecture["name"])
    files.write_json(record, {**head, **summarize_metrics(results)})


if __name__ == "__main__":
    stage.run(main)
