"""Stage pretrained: a small model of a dataset, which Git keeps, with a card that says what it is."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.job import Job
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.models import read_yardstick
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.sizing import sized
from pipeline.experiment.training import Training, TrainingData
from pipeline.pretrained_models.card import card
from pipeline.pretrained_models.measuring import Standard
from pipeline.records.pretrained import Pretrained
from pipeline.stage import DatasetName, NetworkName, Parameters

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.pretrained_models.measuring:measure")


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    data: Path,
    classifier: Path,
    model: Path,
    record: Path,
) -> None:
    """Train and measure one model; write its folder, its card in it, and its record."""
    settings = parameters.pretrained.of(dataset, network)
    yardstick = read_yardstick(read_dataset(data, dataset), classifier)
    shape = list(yardstick.x_train.shape[1:])
    posterior = {"name": "diagonal_gaussian", "latent_dim": settings.latent_dim}
    values = {"likelihood": settings.likelihood, "precision": "float32"}
    configuration = vae(shape, network, **sized(network, shape), posterior=posterior, **values)
    schedule = cooling_schedule(settings, settings.beta, settings.steps)
    training = Training(configuration, schedule, settings.seed, settings.steps)
    job = Job(training, Measuring(training, settings.images))
    standard = Standard(yardstick, settings.neighbours, settings.neighbour_images)
    data_of, label = TrainingData(yardstick.x_train), f"pretrained {dataset} {network}"
    [outcome] = train_and_measure(FUNCTIONS, [job], data_of, standard, label=label)
    weights = outcome.trained["weights"][""]
    names = ("latent_dim", "beta", "steps", "batch_size", "learning_rate", "seed", "images")
    written = {
        "dataset": dataset,
        "network": network,
        "image_shape": shape,
        **{name: getattr(settings, name) for name in names},
        **values,
        "parameters": sum(weight.size for weight in weights),
        **outcome.measured,
    }
    contents = {
        "config.json": files.json_bytes(configuration),
        "weights.npz": files.weights_bytes([weight.astype("float16") for weight in weights]),
        "README.md": card(written, len(yardstick.x_train), len(yardstick.x_test)),
    }
    files.write_folder(model, contents)
    files.write_json(record, written, Pretrained)


if __name__ == "__main__":
    stage.run(main)
