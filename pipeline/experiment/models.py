"""Folders of trained models, and the standard that measures them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files
from pipeline.experiment.job import Outcome
from pipeline.experiment.yardstick import Classifier, Yardstick
from pipeline.jobs.provenance import digest
from pipeline.records.experiment import ClassifierConfiguration, Configuration
from tfvae.arguments import as_labels, as_number
from tfvae.errors import Refused
from tfvae.evaluation.features import as_features
from tfvae.training.packing import pack, unpack

_TRAINING = "training.npz"
Arrays = Mapping[str, np.ndarray]


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
        kept = _read_training(folder)
        return {"weights": _read_weights(folder, kept), **kept["rest"]} if kept["key"] == key else None
    except Refused:
        return None


def read_model(folder: Path, arrays: Arrays, kind: Any = Configuration) -> tuple[files.Named, list[np.ndarray]]:
    """Return the configuration and the weights of a model of one part, which must be that of a dataset's arrays.

    Weights are `Damaged` if others were trained in this folder.
    """
    configuration, shape = files.read_json(folder / "config.json", kind), list(arrays["x_train"].shape[1:])
    if configuration["image_shape"] != shape:
        mistake = f"image_shape must be {shape}. Received: {configuration['image_shape']}"
        raise files.damaged(configuration.path, mistake)
    return configuration, _read_weights(folder, _read_training(folder))[""]


def _read_training(folder: Path) -> files.Named:
    path = folder / _TRAINING
    return files.read(path, lambda content: files.Named(unpack(content), path))


def _read_weights(folder: Path, kept: Mapping[str, Any]) -> dict[str, list[np.ndarray]]:
    """Return the weights of each part, which must be those that were trained."""
    weights = {}
    for part, trained in kept["weights"].items():
        path = folder / f"{part or 'weights'}.npz"
        weights[part] = files.read_weights(path)
        if digest(weights[part]) != trained:
            raise files.damaged(path, "these are not the weights that were trained")
    return weights


def _packed(key: str, trained: Mapping[str, Any]) -> bytes:
    rest = {name: value for name, value in trained.items() if name != "weights"}
    digests = {part: digest(arrays) for part, arrays in trained["weights"].items()}
    return pack({"key": key, "weights": digests, "rest": rest})


def read_yardstick(arrays: Arrays, folder: Path) -> Yardstick:
    """Return the yardstick of a dataset's four arrays, and of the output of its stage `train-fid-classifier`."""
    classifier, path, count = read_classifier(folder, arrays), folder / "reference.npz", len(arrays["x_test"])
    reference = files.read_npz(path)
    needed = {"features": (count, len(classifier.weights[-2])), "labels": (count,), "fid_mean_image": ()}
    shapes = {name: reference[name].shape for name in needed}
    if shapes != needed:
        raise files.damaged(path, f"it is of other images, or another classifier: of {needed}. Received: {shapes}")
    with files.reading(path):
        as_number(float(reference["fid_mean_image"]), "fid_mean_image", "(0, inf)")
        as_labels(reference["labels"], num_classes=classifier.configuration["num_classes"])
        as_features(reference["features"], "features")
    return yardstick_of(arrays, classifier, reference)


def yardstick_of(arrays: Mapping[str, Any], classifier: Classifier, reference: Mapping[str, Any]) -> Yardstick:
    """Return the yardstick of a dataset's four arrays and of the classifier's "reference"."""
    distance = float(reference["fid_mean_image"])
    images = arrays["x_train"], arrays["x_test"]
    return Yardstick(*images, classifier, reference["features"], reference["labels"], fid_mean_image=distance)


def read_classifier(folder: Path, arrays: Arrays) -> Classifier:
    """Return the classifier that the stage `train-fid-classifier` wrote, which must be made for a dataset's images."""
    configuration, weights = read_model(folder, arrays, ClassifierConfiguration)
    if configuration["num_classes"] != len(weights[-1]):
        mistake = f"num_classes must be {len(weights[-1])}, as in its weights. Received: {configuration['num_classes']}"
        raise files.damaged(configuration.path, mistake)
    return Classifier(configuration, weights)
