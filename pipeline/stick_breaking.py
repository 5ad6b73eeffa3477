"""Stage stick-breaking: the stick-breaking VAE on several seeds."""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import read_yardstick
from pipeline.records.thesis import Search, StickBreakingVAE
from pipeline.stage import DatasetName, NetworkName, Parameters
from pipeline.thesis.experiments import experiment_record, train_configuration, write_figure_data


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    data: Path,
    classifier: Path,
    architecture: Path,
    models: Path,
    figure_data: Path,
    record: Path,
) -> None:
    """Train one configuration; write its models, what figures show of them, and its record with the mean sticks."""
    settings = parameters.stick_breaking.of(dataset, network)
    chosen = files.read_json(architecture, Search)["architecture"]
    yardstick = read_yardstick(read_dataset(data, dataset), classifier)
    posterior = {"name": "stick_breaking", "latent_dim": settings.sticks, "concentration": settings.concentration}
    configuration = configure(parameters, network, chosen, yardstick.x_train.shape[1:], posterior=posterior)
    warmup, label = int(settings.warmup_share * settings.steps), f"{dataset} {network} stick-breaking"
    values = schedule(parameters, network, 1, warmup_steps=warmup, gradient_clip=settings.gradient_clip)
    outcomes = train_configuration(configuration, values, settings, yardstick, models, label)
    write_figure_data(figure_data, outcomes)
    sticks = np.mean([outcome.measured["metrics"]["mean_latent"] for outcome in outcomes], axis=0)
    summary = experiment_record(outcomes, dataset, chosen["name"], concentration=settings.concentration)
    files.write_json(record, {**summary, "sticks": sticks.tolist()}, StickBreakingVAE)


if __name__ == "__main__":
    stage.run(main)
