"""The folder of a trained model, and the record of a configuration over its seeds."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from pipeline import files
from pipeline.experiment.measuring import FINAL_METRICS
from pipeline.experiment.yardstick import Classifier, Yardstick
from pipeline.jobs.provenance import digest
from tfvae.evaluation.summaries import summarize
from tfvae.training.checkpoints import pack, unpack

if TYPE_CHECKING:
    from pipeline.experiment.running import Job, Outcome
    from pipeline.experiment.training import Training

_TRAINING = "training.npz"


def model_files(
    folder: str, outcome: "Outcome", configurations: Mapping[str, Any], histories: Mapping[str, Sequence[Any]]
) -> dict[str, bytes]:
    """Return the files of a trained model, {path: content}, for `pipeline.files.write_folder`.

    Args:
        folder: relative path of the model's folder, "" for the folder itself.
        outcome: of its job.
        configurations: plain data that its parts are built from, by part. A model of one part, "", has the files
            weights.npz, config.json and history.csv; a part p has p.npz, p.json and p-history.csv.
        histories: rows of numbers, by part; a part without has no such file.
    """
    import pandas as pd

    contents = {_TRAINING: _packed(outcome.key, outcome.trained)}
    for part, weights in outcome.trained["weights"].items():
        contents[f"{part or 'weights'}.npz"] = files.weights_bytes(weights)
        contents[f"{part or 'config'}.json"] = files.json_bytes(configurations[part])
        if part in histories:
            name = f"{part}-history.csv" if part else "history.csv"
            contents[name] = files.csv_bytes(pd.DataFrame(histories[part]))
    return {f"{folder}/{name}" if folder else name: content for name, content in contents.items()}


def seed_folders(
    models: Path, jobs: Sequence[tuple[str, "Job"]], outcomes: Sequence["Outcome"], **pictures: Any
) -> dict[str, bytes]:
    """Return the files of a stage's models: pictures.npz, and the folder of each job.

    Args:
        models: folder of them all.
        jobs: (model, job) of every model and seed.
        outcomes: of the jobs; their pictures are named "<model>|<name>".
        pictures: more of them.
    """
    contents: dict[str, bytes] = {}
    arrays: dict[str, Any] = {}
    for (model, job), outcome in zip(jobs, outcomes, strict=True):
        assert job.folder is not None
        folder = str(job.folder.relative_to(models))
        contents |= model_files(folder, outcome, job.training.configurations, outcome.trained["history"])
        arrays |= {f"{model}|{name}": array for name, array in outcome.measured["pictures"].items()}
    return {**contents, "pictures.npz": files.npz_bytes({**arrays, **pictures})}


def restored(folder: Path, key: str) -> dict[str, Any] | None:
    """Return the result of the training that left a model in `folder`; None if it is not that of `key`, or damaged."""
    try:
        kept = unpack((folder / _TRAINING).read_bytes())
        if kept["key"] != key:
            return None
        weights = {part: files.read_weights(folder / f"{part or 'weights'}.npz") for part in kept["weights"]}
        return {"weights": weights, **kept["rest"]} if kept["weights"] == _digests(weights) else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _packed(key: str, trained: Mapping[str, Any]) -> bytes:
    rest = {name: value for name, value in trained.items() if name != "weights"}
    return pack({"key": key, "weights": _digests(trained["weights"]), "rest": rest})


def _digests(weights: Mapping[str, Any]) -> dict[str, str]:
    return {part: digest(arrays) for part, arrays in weights.items()}


def read_yardstick(data: Path, classifier: Path) -> Yardstick:
    """Return what the stages `download` and `train-fid-classifier` wrote for one dataset."""
    reference = files.read_npz(classifier / "reference.npz")
    return yardstick_of(files.read_npz(data), read_classifier(classifier), reference)


def yardstick_of(arrays: Mapping[str, Any], classifier: Classifier, reference: Mapping[str, Any]) -> Yardstick:
    """Return the yardstick of a dataset's four arrays and of the classifier's "reference"."""
    distance = float(reference["fid_mean_image"])
    images = arrays["x_train"], arrays["x_test"]
    return Yardstick(*images, classifier, reference["features"], reference["labels"], fid_mean_image=distance)


def read_classifier(folder: Path) -> Classifier:
    """Return the classifier that the stage `train-fid-classifier` wrote."""
    return Classifier(*files.read_model(folder))


def describe(trainings: Sequence["Training"], dataset: str, architecture: str) -> dict[str, Any]:
    """Return the head of a configuration's record."""
    first = trainings[0]
    return {
        "dataset": dataset,
        "network": first.configuration["network"],
        "architecture": architecture,
        "posterior": first.configuration["posterior"]["name"],
        "likelihood": first.configuration["likelihood"],
        "beta": first.schedule["beta"],
        "steps": first.steps,
        "batch_size": first.schedule["batch_size"],
        "learning_rate": first.schedule["learning_rate"],
        "precision": first.configuration["precision"],
        "seeds": [training.seed for training in trainings],
    }


def summarize_metrics(results: Iterable[Mapping[str, Any]], names: Sequence[str] = FINAL_METRICS) -> dict[str, Any]:
    """Return {metric: summary over seeds} of results' final metrics."""
    metrics = [result["metrics"] for result in results]
    return {name: summarize([values[name] for values in metrics]) for name in names}
