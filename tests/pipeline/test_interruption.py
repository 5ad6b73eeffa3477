"""A study that is killed, or run twice at once, ends with the bytes of one that ran in peace."""

import subprocess
import sys

import pytest

from tests.pipeline.study import stages_run
from tests.soak import differences, killed_study, mended, prepared, run_to_the_end, whole_study

TARGETS = ("stick-breaking@digits-mlp",)
GIVE_UP = 300  # seconds


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same study without any interruption."""
    return whole_study(tmp_path_factory.mktemp("whole"), TARGETS)


def test_kills_lose_nothing(whole, tmp_path):
    result = killed_study(tmp_path, whole, kills=3, seed=3, longest=9.0, targets=TARGETS)
    assert len(result.killed) == 3
    assert result.survived, result


def test_two_runs_at_once_do_not_harm_each_other(whole, tmp_path):
    """DVC may refuse one of them a lock; then it has to say so, and a later run has to find everything in order."""
    study = prepared(tmp_path)
    command = [sys.executable, "-m", "dvc", "repro", *TARGETS]
    runs = [
        subprocess.Popen(
            command, cwd=study.root, env=study.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    outputs = [run.communicate(timeout=GIVE_UP)[0] for run in runs]
    for run, output in zip(runs, outputs, strict=True):
        assert run.returncode == 0 or "lock" in output, output
    run_to_the_end(study, TARGETS)
    assert differences(whole, study) == []


def test_what_dvc_leaves_cut_off_can_be_removed_and_nothing_runs_again(whole):
    before, lock = whole.outputs(), whole.root / "dvc.lock"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text[: text.rindex("- path") + 2], encoding="utf-8")  # DVC died while it wrote a dep
    refused = whole.dvc("repro", *TARGETS)
    assert refused.returncode != 0 and "validation failed" in refused.stdout + refused.stderr
    assert mended(whole) == 1 and mended(whole) == 0
    done = whole.dvc("repro", *TARGETS)
    assert done.returncode == 0 and stages_run(done.stdout + done.stderr) == set()
    assert whole.outputs() == before


def test_every_study_keeps_its_own_checkpoints(whole, tmp_path):
    kept = {path.name for path in (whole.root / ".checkpoints").glob("*.checkpoint")}
    assert kept
    assert [path for path in whole.root.parent.rglob(".checkpoints") if path != whole.root / ".checkpoints"] == []
    listed = whole.run("git", "status", "--short", "--untracked-files=all").stdout
    assert ".checkpoints" not in listed
