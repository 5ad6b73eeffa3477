"""Folders of trained models, and the standard that measures them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pipeline import files
from pipeline.experiment.job import Outcome
from pipeline.experiment.yardstick import Classifier, Yardstick
from pipeline.jobs.provenance import digest
from tfvae.training.checkpoints import pack, unpack

_TRAINING = "training.npz"


def write_models(models: Path, outcomes: Iterable[Outcome], **arrays: Mapping[str, Any]) -> None:
    """Write models into their jobs' folders, with `<name>.npz` for each of `arrays`; remove all else in `models`."""
    contents: dict[str, bytes] = {}
    for outcome in outcomes:
        assert outcome.job.folder is not None
        folder = outcome.job.folder.relative_to(models)
        contents |= {(folder / name).as_posix(): content for name, content in _model_files(outcome).items()}
    contents |= {f"{name}.npz": files.npz_bytes(content) for name, content in arrays.items()}
    files.write_folder(models, contents)


def _model_files(outcome: Outcome) -> dict[str, bytes]:
    """Return {name: content} of a trained model's files: weights.npz, config.json, history.csv for a single part "".

    A part p has p.npz, p.json and p-history.csv. Measuring's history replaces that of the training; both may be
    missing.
    """
    import pandas as pd

    contents = {_TRAINING: _packed(outcome.key, outcome.trained)}
    histories = {**outcome.trained, **outcome.measured}.get("history", {})
    for part, weights in outcome.trained["weights"].items():
        contents[f"{part or 'weights'}.npz"] = files.weights_bytes(weights)
        contents[f"{part or 'config'}.json"] = files.json_bytes(outcome.job.training.configurations[part])
        if part in histories:
            name = f"{part}-history.csv" if part else "history.csv"
            contents[name] = files.csv_bytes(pd.DataFrame(histories[part]))
    return contents


def pictures_of(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return the arrays that were taken of the models, named "<model>|<name>"."""
    return {
        f"{outcome.job.model}|{name}": array
        for outcome in outcomes
        for name, array in outcome.measured["pictures"].items()
    }


def restored(folder: Path, key: str) -> dict[str, Any] | None:
    """Return the result of the training that left a model in `folder`; None with another key, or if damaged."""
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
    """Return a dataset's yardstick from the outputs of the stages `download` and `train-fid-classifier`."""
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
