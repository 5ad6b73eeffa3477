"""The fields of the parameters that a stage reads, seen while its `main` runs, against those that dvc.yaml lists."""

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import signature
from types import MethodType, SimpleNamespace

import numpy as np
import pytest
from pydantic import BaseModel

from pipeline import files
from pipeline.jobs.closure import ROOT
from tests.pipeline.model_folders import write_model
from tests.pipeline.pipeline_file import load_stages

STAGES = load_stages()


# The data below are fewer than the digits.
FEW = {
    "latent_analysis.digits.validation_images": 20,
    "conditional.digits.validation_images": 20,
    "conditional.digits.images": 100,
}

# So that it reads the candidates, as those of MNIST do.
NAMED = {"variants.digits.models.dense.architecture": "e13-d13"}


class Computed(Exception):
    """Raised where a stage would begin to compute: by then it has read what it hands to its jobs."""


def keys_of(key, value=None):
    """Return the keys that decide a value: a section's precision is that of the study where the section has none."""
    has_precision = key.endswith(".precision") or "precision" in getattr(type(value), "model_fields", ())
    return {key, "precision"} if has_precision else {key}


class Recorder:
    """Stands for a section of the parameters and notes the dotted keys of what is read."""

    def __init__(self, value, key, read):
        self._value, self._key, self._read = value, key, read

    def _part(self, name, value):
        key = f"{self._key}.{name}" if self._key else name
        if isinstance(value, (BaseModel, dict)):
            return Recorder(value, key, self._read)
        self._read |= keys_of(key)
        return value

    def __getattr__(self, name):
        return self._part(name, getattr(self._value, name))

    def candidate(self, name):
        self._read.add(f"{self._key}.candidates")  # what stands for a network's part of the file
        return self._value.candidate(name)

    def model_dump(self, exclude=()):
        names = type(self._value).model_fields.keys() - set(exclude)
        self._read |= {key for name in names for key in keys_of(f"{self._key}.{name}")}
        return self._value.model_dump(exclude=set(exclude))

    def of(self, dataset, network=None):
        own = dataset if network is None else f"{dataset}.{network}"
        return Joined(self._value, self._key, own, self._read, self._value.of(dataset, network))


class Joined:
    """Stands for the settings of a dataset: the common fields of a section and those of its own."""

    __slots__ = ("_keys", "_read", "_values")

    def __init__(self, section, key, own, read, values):
        common = type(section.common).model_fields
        self._keys = {name: f"{key}.{'common' if name in common else own}.{name}" for name in type(values).model_fields}
        self._values, self._read = values, read

    def __getattr__(self, name):
        if name not in self._keys:
            return MethodType(getattr(type(self._values), name), self)
        value = getattr(self._values, name)
        self._read |= keys_of(self._keys[name], value)
        return value

    def model_dump(self, include):
        self._read |= {key for name in include & self._keys.keys() for key in keys_of(self._keys[name])}
        return self._values.model_dump(include=include)

    @property
    def __dict__(self):
        self._read |= {one for key in self._keys.values() for one in keys_of(key)}
        return vars(self._values)


def read_all(value):
    """Read settings that are handed over whole: jobs do it later."""
    if isinstance(value, Joined):
        vars(value)
    elif is_dataclass(value):
        read_all([getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, Mapping):
        read_all(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for part in value:
            read_all(part)


@pytest.fixture
def folder(tmp_path, images, committed):
    """What the stages before wrote, and how a stage's arguments name it."""
    pictures, labels = images
    files.write_npz(
        tmp_path / "data.npz", {"x_train": pictures, "y_train": labels, "x_test": pictures, "y_test": labels}
    )
    described, weights = {"image_shape": [28, 28, 1], "num_classes": 2}, [np.zeros((1, 2)), np.zeros(2)]
    reference = {"features": np.zeros((len(labels), 1)), "labels": labels, "fid_mean_image": np.float64(1)}
    write_model(tmp_path / "classifier", described, weights, reference=reference)
    write_model(tmp_path / "models" / "seed-0", {"image_shape": [28, 28, 1], "precision": "float32"}, weights)
    files.write_json(tmp_path / "architecture.json", {"architecture": {"name": "a-b", "encoder": [4], "decoder": [4]}})
    return tmp_path


def arguments_of(main, folder, network):
    """Return the arguments that a stage's `main` takes."""
    values = {
        "dataset": "digits",
        "network": network,
        "beta": 0.2,
        "betas": [0.2],
        "data": folder / "data.npz",
        "classifier": folder / "classifier",
        "reference": "mnist",
        "reference_classifier": folder / "classifier",
        "architecture": folder / "architecture.json",
        "mlp": folder / "architecture.json",
        "cnn": folder / "architecture.json",
        "architectures": ROOT / "architectures.yaml",
        "grid": folder / "grid.json",
    }
    return {name: values.get(name, folder / name) for name in signature(main).parameters if name != "parameters"}


@pytest.mark.parametrize("network", ["mlp", "cnn"])
@pytest.mark.parametrize(
    "name",
    [
        "train-fid-classifier", "preliminary-grid", "pareto-select", "main-experiments", "stick-breaking",
        "augmented-sampling", "manifolds", "variants", "legacy-experiments", "latent-analysis", "conditional",
        "vector-quantised",
    ],
)  # fmt: skip
def test_a_stage_reads_only_what_it_lists(monkeypatch, parameters_with, folder, committed, parts, name, network):
    def compute(*arguments, label, **_):
        read_all(arguments)
        if label.startswith("search "):  # whose result decides what the stage trains
            best = {
                "latent_dim": 2,
                "batch_size": 64,
                "learning_rate": 0.001,
                "optimizer": "adam",
                "beta": 1,
                "epochs": 5,
            }
            return [SimpleNamespace(job=job, measured=best) for job in arguments[1]]
        raise Computed

    def load_architectures(path, parameters):
        assert path == ROOT / "architectures.yaml" and isinstance(parameters, Recorder)
        return Recorder(parts, "architectures.yaml", read)

    module = import_module(f"pipeline.{name.replace('-', '_')}")
    candidates = committed["preliminary_grid"]["digits"][network]["candidates"]
    grid = [{"name": candidate, "fid": {"mean": 1}, "tvd": {"mean": 1}} for candidate in candidates]
    files.write_json(folder / "grid.json", {"precision": "float32", "candidates": grid})
    for place in [place for name, place in sys.modules.items() if name.startswith("pipeline.")]:
        for function in ("run_resumable", "train_and_measure"):
            if hasattr(place, function):
                monkeypatch.setattr(place, function, compute)
    if hasattr(module, "load_architectures"):
        monkeypatch.setattr(module, "load_architectures", load_architectures)
    read = set()
    with pytest.raises(Computed):
        module.main(Recorder(parameters_with(FEW | NAMED), "", read), **arguments_of(module.main, folder, network))
    item = {"${item.dataset}": "digits", "${item.network}": network}
    listed = []
    for entry in STAGES[name]["params"]:
        keys = [entry]
        if isinstance(entry, dict):
            [keys] = entry.values()
        for key in keys:
            for symbol, value in item.items():
                key = key.replace(symbol, value)
            listed.append(key)
    listed += [dependency for dependency in STAGES[name]["deps"] if dependency == "architectures.yaml"]
    assert read, "the stage read nothing"
    assert [key for key in sorted(read) if not any(f"{key}.".startswith(f"{entry}.") for entry in listed)] == []
    assert [entry for entry in listed if not any(f"{key}.".startswith(f"{entry}.") for key in read)] == []
