"""Stage stick-breaking: the stick-breaking VAE on several seeds."""

from pathlib import Path

import numpy as np

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
    data: Path,
    classifier: Path,
    architecture: Path,
    models: Path,
    record: Path,
) -> None:
    """Train one configuration; write its models and its record with the mean weight of every stick."""
    settings = parameters.stick_breaking.of(dataset, network)
    architecture = files.read_json(architecture)["architecture"]
    yardstick = read_yardstick(data, classifier)
    posterior = {"name": "stick_breaking", "latent_dim": settings.sticks, "concentration": settings.concentration}
    fading = {
        "warmup_steps": int(settings.warmup_share * settings.steps),
        "gradient_clip": settings.gradient_clip,
    }
    experiments = [
        Experiment(
            configuration=configure(
                parameters, network, architecture, yardstick.x_train.shape[1:], posterior=posterior
            ),
            schedule=schedule(parameters, network, 1, **fading, **cooldown(settings)),
            seed=seed,
            steps=settings.steps,
            periods=settings.periods,
            period_images=settings.period_images,
            images=settings.images,
            samples=position == 0,
        )
        for position, seed in enumerate(settings.seeds)
    ]
    results = run_all(experiments, yardstick, f"{dataset} {network} stick-breaking")
    save_runs(models, experiments, results)
    sticks = np.mean([result["metrics"]["mean_latent"] for result in results], axis=0)
    record = {
        **describe(experiments, dataset, architecture["name"]),
        "concentration": settings.concentration,
        **summarize_metrics(results),
        "sticks": [float(weight) for weight in sticks],
    }
    files.write_json(record, record)


if __name__ == "__main__":
    stage.run(main)
