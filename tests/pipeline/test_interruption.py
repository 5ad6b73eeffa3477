"""A study that is killed, or run twice at once, ends with the bytes of one that ran in peace in another folder."""

import shutil
import subprocess
import sys

import pytest

from tests.pipeline.study import copied, locked, make_study, trainings
from tests.soak import differences, killed_study, mended, run_to_the_end

TARGETS = ("stick-breaking@digits-mlp",)
KILLED = "figures@digits summarize@digits"  # the thesis's study; `make soak` kills all stages
GIVE_UP = 300  # seconds


def test_kills_lose_nothing_and_two_processes_give_the_bytes_of_one(finished, tmp_path):
    """Models, records, tables and pictures, and what DVC has locked; by DVC and by `pipeline.ahead` in turn."""
    whole, _ = finished
    killed = make_study(tmp_path)
    killed.environment["TFVAE_WORKERS"] = "2"
    commands = [f"{module} {KILLED}" for module in ("dvc repro", "pipeline.ahead", "pipeline.ahead")]
    result = killed_study(killed, whole, kills=4, seed=3, longest=30.0, commands=commands)
    assert len(result.killed) == 4
    assert result.survived, result
    stages = locked(killed)
    assert len(stages) > 20 and stages == {name: stage for name, stage in locked(whole).items() if name in stages}


@pytest.fixture
def untrained(study, tmp_path):
    """A copy of the study without the stick-breaking models and all that jobs have kept."""
    copy = copied(study, tmp_path)
    for name in (".checkpoints", "models/stick-breaking", "metrics/stick-breaking"):
        shutil.rmtree(copy.root / name)
    return copy


def test_two_runs_at_once_do_not_harm_each_other(study, untrained):
    """DVC may refuse one of them a lock; then it has to say so, and a later run has to find everything in order."""
    command = [sys.executable, "-m", "dvc", "repro", *TARGETS]
    runs = [
        subprocess.Popen(
            command, cwd=untrained.root, env=untrained.environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    outputs = [run.communicate(timeout=GIVE_UP)[0] for run in runs]
    for run, output in zip(runs, outputs, strict=True):
        assert run.returncode == 0 or "lock" in output, output
    run_to_the_end(untrained)
    assert differences(study, untrained) == []


def test_what_dvc_leaves_cut_off_can_be_removed_and_nothing_is_trained_again(study):
    before, lock = study.outputs(), study.root / "dvc.lock"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text[: text.rindex("- path") + 2], encoding="utf-8")  # DVC died while it wrote a dep
    refused = study.dvc("repro", *TARGETS)
    assert refused.returncode != 0 and "validation failed" in refused.stdout + refused.stderr
    assert mended(study) == 1 and mended(study) == 0
    done = study.dvc("repro", *TARGETS)
    assert done.returncode == 0 and trainings(done.stdout) == 0
    assert study.outputs() == before


def test_every_study_keeps_its_own_checkpoints(study):
    assert list((study.root / ".checkpoints").glob("*.checkpoint"))
    assert [path for path in study.root.parent.rglob(".checkpoints") if path != study.root / ".checkpoints"] == []
    listed = study.run("git", "status", "--short", "--untracked-files=all").stdout
    assert ".checkpoints" not in listed
