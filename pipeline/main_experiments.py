"""Stage main-experiments: the beta-VAE on several seeds, measured at the end of each period and at the end."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import read_yardstick
from pipeline.records.thesis import BetaVAE, Search
from pipeline.stage import Beta, DatasetName, NetworkName, Parameters
from pipeline.thesis.experiments import experiment_record, train_configuration, write_figure_data


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    beta: Beta,
    data: Path,
    classifier: Path,
    architecture: Path,
    models: Path,
    figure_data: Path,
    record: Path,
) -> None:
    """Train one configuration; write its models, what figures show of them, and its record."""
    settings = parameters.main_experiments.of(dataset, network)
    chosen = files.read_json(architecture, Search)["architecture"]
    yardstick = read_yardstick(read_dataset(data, dataset), classifier)
    configuration = configure(parameters, network, chosen, yardstick.x_train.shape[1:])
    values, label = schedule(parameters, network, beta), f"{dataset} {network} beta {beta}"
    outcomes = train_configuration(configuration, values, settings, yardstick, models, label)
    write_figure_data(figure_data, outcomes)
    files.write_json(record, experiment_record(outcomes, dataset, chosen["name"]), BetaVAE)


if __name__ == "__main__":
    stage.run(main)
