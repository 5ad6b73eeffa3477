"""Which fields of params.yaml a stage reads, seen while its `main` runs, against those that dvc.yaml lists."""

from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import BaseModel

from pipeline import (
    augmented_sampling,
    conditional,
    files,
    latent_analysis,
    legacy_experiments,
    main_experiments,
    manifolds,
    pareto_select,
    preliminary_grid,
    stick_breaking,
    train_fid_classifier,
    vector_quantised,
)
from pipeline.experiment import running
from pipeline.jobs.closure import ROOT
from tests.pipeline.pipeline_file import load_yaml

STAGES = load_yaml("dvc.yaml")["stages"]


# The data below are fewer than the digits.
FEW = {
    "latent_analysis.digits.validation_images": 20,
    "conditional.digits.validation_images": 20,
    "conditional.digits.images": 100,
}


class Computed(Exception):
    """Raised where a stage would begin to compute: by then it has read what it hands to its jobs."""


class Recorder:
    """Stands for a section of the parameters and notes the dotted keys of what is read."""

    def __init__(self, value, key, read):
        self._value, self._key, self._read = value, key, read

    def _part(self, name, value):
        key = f"{self._key}.{name}" if self._key else name
        if isinstance(value, (BaseModel, dict)):
            return Recorder(value, key, self._read)
        self._read.add(key)
        return value

    def __getattr__(self, name):
        return self._part(name, getattr(self._value, name))

    def candidate(self, name):
        self._read.add(f"{self._key}.candidates")  # what stands for a network's part of the file
        return self._value.candidate(name)

    def model_dump(self, exclude=()):
        names = type(self._value).model_fields.keys() - set(exclude)
        self._read |= {f"{self._key}.{name}" for name in names}
        return self._value.model_dump(exclude=set(exclude))

    def of(self, dataset, network=None):
        own = dataset if network is None else f"{dataset}.{network}"
        return Joined(self._value, self._key, own, self._read, self._value.of(dataset, network))


class Joined:
    """Stands for what a section says of a dataset: its common fields and those of its own."""

    def __init__(self, section, key, own, read, values):
        common = type(section.common).model_fields
        self._keys = {name: f"{key}.{'common' if name in common else own}.{name}" for name in vars(values)}
        self._values, self._read = values, read

    def __getattr__(self, name):
        if name not in self._keys:
            raise AttributeError(name)
        self._read.add(self._keys[name])
        return getattr(self._values, name)

    def read_all(self):
        self._read |= set(self._keys.values())


@pytest.fixture
def folder(tmp_path, images, committed):
    """What the stages before wrote, and how a stage's arguments name it."""
    pictures, labels = images
    files.write_npz(
        tmp_path / "data.npz", {"x_train": pictures, "y_train": labels, "x_test": pictures, "y_test": labels}
    )
    files.write_json(tmp_path / "classifier" / "config.json", {"image_shape": [28, 28, 1], "num_classes": 2})
    files.write_weights(tmp_path / "classifier" / "weights.npz", [np.zeros(1)])
    reference = {"features": np.zeros((1, 1)), "labels": labels, "fid_mean_image": np.float64(1)}
    files.write_npz(tmp_path / "classifier" / "reference.npz", reference)
    files.write_json(tmp_path / "architecture.json", {"architecture": {"name": "a-b", "encoder": [4], "decoder": [4]}})
    return tmp_path


def arguments_of(folder, network):
    return SimpleNamespace(
        dataset="digits",
        network=network,
        beta="0.2",
        data=folder / "data.npz",
        classifier=folder / "classifier",
        reference="mnist",
        reference_classifier=folder / "classifier",
        architecture=folder / "architecture.json",
        architectures=ROOT / "architectures.yaml",
        grid=folder / "grid.json",
        models=folder / "models",
        record=folder / "record.json",
        trials=folder / "trials.csv",
    )


@pytest.mark.parametrize("network", ["mlp", "cnn"])
@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("train-fid-classifier", train_fid_classifier),
        ("preliminary-grid", preliminary_grid),
        ("pareto-select", pareto_select),
        ("main-experiments", main_experiments),
        ("stick-breaking", stick_breaking),
        ("augmented-sampling", augmented_sampling),
        ("manifolds", manifolds),
        ("legacy-experiments", legacy_experiments),
        ("latent-analysis", latent_analysis),
        ("conditional", conditional),
        ("vector-quantised", vector_quantised),
    ],
)
def test_a_stage_reads_only_what_it_lists(
    monkeypatch, parameters_with, folder, committed, parts, name, module, network
):
    def compute(*arguments, **_):
        for part in arguments:  # settings that are handed over whole are read by the jobs
            if isinstance(part, (tuple, list)) and part and isinstance(part[-1], Joined):
                part[-1].read_all()
        raise Computed

    def load_architectures(path, parameters):
        assert path == ROOT / "architectures.yaml" and isinstance(parameters, Recorder)
        return Recorder(parts, "architectures.yaml", read)

    candidates = committed["preliminary_grid"]["digits"][network]["candidates"]
    grid = [{"name": candidate, "fid": {"mean": 1}, "tvd": {"mean": 1}} for candidate in candidates]
    files.write_json(folder / "grid.json", {"candidates": grid})
    jobs_of = (running, train_fid_classifier, manifolds, augmented_sampling, legacy_experiments, latent_analysis)
    for place in (*jobs_of, conditional, vector_quantised):
        monkeypatch.setattr(place, "run_resumable", compute)
    if hasattr(module, "load_architectures"):
        monkeypatch.setattr(module, "load_architectures", load_architectures)
    read = set()
    with pytest.raises(Computed):
        module.main(Recorder(parameters_with(FEW), "", read), arguments_of(folder, network))
    item = {"${item.dataset}": "digits", "${item.network}": network}
    listed = []
    for entry in STAGES[name]["params"]:
        if isinstance(entry, dict):
            [(file, [key])] = entry.items()
            entry = f"{file}.{key}"
        for symbol, value in item.items():
            entry = entry.replace(symbol, value)
        listed.append(entry)
    assert read, "the stage read nothing"
    assert [key for key in sorted(read) if not any(f"{key}.".startswith(f"{entry}.") for entry in listed)] == []
    assert [entry for entry in listed if not any(f"{key}.".startswith(f"{entry}.") for key in read)] == []
