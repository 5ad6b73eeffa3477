"""A clone by Git alone, without data, models and DVC's cache, tries another beta and trains no model but its own."""

import json

import pytest

from tests.documents import documented
from tests.pipeline.study import cloned, copied, stages_run, trainings

CHECK, NETWORKS = "check-parameters", ("mlp", "cnn")
TRAINED = {f"main-experiments@digits-{network}-0.3" for network in NETWORKS}
SAMPLED = {f"augmented-sampling@digits-{network}-0.3" for network in NETWORKS}


@pytest.fixture(scope="module")
def clone(finished, tmp_path_factory):
    """A clone of the study with the data of the digits."""
    clone = cloned(copied(finished[0], tmp_path_factory.mktemp("study")), tmp_path_factory.mktemp("clone"))
    assert not (clone.root / "models").exists() and not (clone.root / "data").exists()
    done = clone.dvc("repro", "train-fid-classifier@digits")
    # The classifier came with Git: its stage, the last of the target, is skipped.
    assert done.returncode == 0 and stages_run(done.stdout) == {CHECK, "download@digits"}, done.stderr
    return clone


def contents(study, folder):
    return {path.name: path.read_bytes() for path in (study.root / folder).iterdir()}


def test_the_classifier_of_git_is_measured_and_not_trained(finished, clone):
    done = clone.dvc("repro", "--force", "--single-item", "train-fid-classifier@digits")
    assert done.returncode == 0 and trainings(done.stdout) == 0, done.stderr
    assert contents(clone, "metrics/fid-classifier/digits") == contents(finished[0], "metrics/fid-classifier/digits")
    assert clone.run("git", "status", "--short").stdout == ""


def test_another_beta_trains_its_own_models_and_nothing_else(finished, clone):
    command = documented("dvc exp run --allow-missing -S beta=0.3 summarize@mnist figures@mnist", mnist="digits")
    done = clone.shell(command)
    assert done.returncode == 0, done.stderr
    assert stages_run(done.stdout) == {CHECK, *TRAINED, *SAMPLED, "summarize@digits", "figures@digits"}
    assert trainings(done.stdout) == len(TRAINED)
    models = {path.relative_to(clone.root).as_posix() for path in clone.root.glob("models/*/*") if path.is_dir()}
    assert models == {f"models/main-experiments/digits-{network}-0.3" for network in NETWORKS}
    drawn, before = contents(clone, "plots/digits"), contents(finished[0], "plots/digits")
    assert drawn.keys() == before.keys()
    # What does not show the parameter's model is drawn again, from what Git keeps, to the same bytes.
    others = ("dataset", "manifolds-", "pareto-", "periods-", "stick-breaking-", "variants")
    assert {name for name in before if drawn[name] == before[name]} == {
        name for name in before if name.startswith(others)
    }
    assert clone.shell(documented("dvc repro -s headline")).returncode == 0
    changed = json.loads(clone.dvc("metrics", "diff", "--json").stdout)["metrics/headline.json"]
    assert {name: changed[name]["new"] for name in changed if name.endswith(".beta")} == {
        f"digits.{network}.beta": 0.3 for network in NETWORKS
    }
    assert all(changed[f"digits.{network}.fid.mean"]["diff"] for network in NETWORKS)
