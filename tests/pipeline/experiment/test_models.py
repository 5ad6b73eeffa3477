"""The folder of a trained model: it is found again under its key, whole or not at all."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import files
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.models import restored, write_models
from pipeline.jobs.provenance import digest

TRAINED = {
    "weights": {"": [np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(2, np.float32)], "prior": [np.ones(3)]},
    "history": {"": [{"step": 5, "loss": 0.1 + 0.2, "mean": np.array([1 / 3])}]},
}
CONFIGURATIONS = {"": {"model": "vae"}, "prior": {"depth": 2}}
ROWS = {"": [{"step": 5, "loss": 0.3}]}


@pytest.fixture
def folder(tmp_path):
    """The folder of a model with two parts."""
    job = Job(SimpleNamespace(configurations=CONFIGURATIONS), None, tmp_path / "seed-0")
    write_models(tmp_path, [Outcome(job, "aa", TRAINED, {"history": ROWS})])
    return tmp_path / "seed-0"


def test_a_model_has_its_files(folder):
    names = {"weights.npz", "config.json", "history.csv", "prior.npz", "prior.json", "training.npz"}
    assert {path.name for path in folder.iterdir()} == names
    assert files.read_json(folder / "prior.json") == {"depth": 2}


def test_a_model_is_found_again_as_it_was_trained(folder):
    again = restored(folder, "aa")
    assert digest(again) == digest(TRAINED)  # numbers of the history to the last bit, too
    assert again["weights"][""][0].dtype == np.float32


def test_the_model_of_another_training_is_not_taken(folder, tmp_path):
    assert restored(folder, "ab") is None and restored(tmp_path / "seed-1", "aa") is None


@pytest.mark.parametrize("name", ["weights.npz", "prior.npz", "training.npz"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        lambda path: path.write_bytes(b"text"),
        lambda path: files.write_weights(path, [np.zeros(3)]),
    ],
    ids=["missing", "empty", "cut off", "text", "other arrays"],
)
def test_a_damaged_model_is_not_taken(folder, name, damage):
    damage(folder / name)
    assert restored(folder, "aa") is None


def test_a_folder_holds_what_was_written_last_and_nothing_else(tmp_path):
    (tmp_path / "old" / "deep").mkdir(parents=True)
    (tmp_path / "old" / "deep" / "file").write_text("old")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "old").write_text("old")
    files.write_folder(tmp_path, {"kept/new": b"1", "top": b"2"})
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"kept", "kept/new", "top"}
