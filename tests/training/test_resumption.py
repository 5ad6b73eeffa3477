"""Jobs that keep what they have reached: nothing is computed twice, and a killed job goes on."""

import json

import numpy as np
import pytest

from tfvae.training.checkpoints import Checkpoints
from tfvae.training.jobs import Progress, run_jobs

JOBS = [{"seed": seed, "count": 4} for seed in (5, 6, 7)]
GIVE_UP = 120  # seconds
KEYS = [f"{job['seed']:02x}" for job in JOBS]

RUN = f"""
import json, sys
from pathlib import Path
from tfvae.training.checkpoints import Checkpoints
from tfvae.training.jobs import run_jobs

if __name__ == "__main__":
    folder, keys = sys.argv[1], {KEYS}
    checkpoints = Checkpoints(Path(folder) / "kept", 10**9)
    function, amounts = "tests.training.work:add_up", [4, 4, 4]
    results = run_jobs(
        function, {JOBS}, folder, amounts=amounts, label="", unit="", checkpoints=checkpoints, keys=keys
    )
    print(json.dumps([result["total"].tolist() for result in results]))
"""

pytestmark = pytest.mark.usefixtures("light")


def totals(jobs):
    """Return what the jobs add up to, in the same order of additions."""
    return [sum(np.random.default_rng([job["seed"], i]).normal(size=2) for i in range(job["count"])) for job in jobs]


def run(monkeypatch, folder, jobs, workers=1, function="add_up", shared=None, keys=None):
    monkeypatch.setenv("TFVAE_WORKERS", str(workers))
    return run_jobs(
        f"tests.training.work:{function}",
        jobs,
        str(folder) if shared is None else shared,
        amounts=[4] * len(jobs),
        label="label",
        unit="step",
        checkpoints=Checkpoints(folder / "kept", 10**9),
        keys=[f"{job['seed']:02x}" for job in jobs] if keys is None else keys,
    )


def log(folder):
    """Return what was computed since the last call: [(seed, position)]."""
    path = folder / "log"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [tuple(map(int, line.split())) for line in lines]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_is_never_computed_twice(monkeypatch, tmp_path, workers):
    first = run(monkeypatch, tmp_path, JOBS[:2], workers)
    assert sorted(log(tmp_path)) == [(seed, position) for seed in (5, 6) for position in range(4)]
    again = run(monkeypatch, tmp_path, JOBS[::-1], workers)  # another order, and one more
    assert log(tmp_path) == [(7, position) for position in range(4)]
    for results, jobs in ((first, JOBS[:2]), (again, JOBS[::-1])):
        np.testing.assert_array_equal([result["total"] for result in results], totals(jobs))
        assert [result["steps"] for result in results] == [[4, "steps"]] * len(jobs)  # also of those just computed


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_jobs_are_computed_once(monkeypatch, tmp_path, workers):
    results = run(monkeypatch, tmp_path, [JOBS[0], JOBS[1], JOBS[0], JOBS[0]], workers)
    assert sorted(log(tmp_path)) == [(seed, position) for seed in (5, 6) for position in range(4)]
    expected = totals(JOBS[:2])
    np.testing.assert_array_equal([result["total"] for result in results], [expected[i] for i in (0, 1, 0, 0)])


def test_another_key_is_another_job(monkeypatch, tmp_path):
    run(monkeypatch, tmp_path, JOBS[:1])
    run(monkeypatch, tmp_path, JOBS[:1], keys=["ff"])
    assert log(tmp_path) == [(5, position) for position in range(4)] * 2


def test_without_checkpoints_nothing_is_kept(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TFVAE_WORKERS", "1")
    for _ in range(2):
        run_jobs("tests.training.work:add_up", JOBS[:1], str(tmp_path), amounts=[4], label="", unit="")
        assert len(log(tmp_path)) == 4
    assert list(tmp_path.iterdir()) == []


def test_found_results_count_as_progress(monkeypatch, tmp_path, bars):
    run(monkeypatch, tmp_path, JOBS)
    run(monkeypatch, tmp_path, JOBS)
    assert [bar.n for bar in bars] == [12, 12]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_killed_job_goes_on_from_what_it_kept(script, tmp_path, workers):
    """The third addition of job 6 is fatal: with two workers the stage learns of it, with one it dies itself."""
    (tmp_path / "kill 6 2").touch()
    process = script(tmp_path / "run.py", RUN, tmp_path, workers=workers)
    out, err = process.communicate(timeout=GIVE_UP)
    assert out == ""
    if workers == "2":
        assert process.returncode == 1
        assert "RuntimeError: A process that was training was killed, perhaps for want of memory" in err
    else:
        assert process.returncode == -9
    before = log(tmp_path)
    assert [position for seed, position in before if seed == 6] == [0, 1, 2]
    process = script(tmp_path / "run.py", RUN, tmp_path, workers=workers)
    out, err = process.communicate(timeout=GIVE_UP)
    assert process.returncode == 0, err
    assert json.loads(out) == np.array(totals(JOBS)).tolist()
    after = log(tmp_path)
    assert [position for seed, position in after if seed == 6] == [2, 3]
    for seed in (5, 7):  # they were killed along, perhaps, between an addition and what they kept of it
        positions = [position for job, position in before + after if job == seed]
        assert sorted(set(positions)) == [0, 1, 2, 3]
        assert len(positions) <= 5


UNSENDABLE = """
from tfvae.training.jobs import run_jobs

if __name__ == "__main__":
    run_jobs("tests.training.work:give", [0, 1], {0: 0, 1: lambda: 0}, amounts=[1, 1], label="", unit="")
"""


def test_jobs_that_cannot_be_sent_are_an_error(script, tmp_path):
    """And nobody waits for them."""
    process = script(tmp_path / "run.py", UNSENDABLE)
    _, err = process.communicate(timeout=GIVE_UP)
    assert process.returncode == 1
    assert "PicklingError" in err.splitlines()[-1]


def test_a_damaged_checkpoint_starts_its_job_anew(monkeypatch, tmp_path, capfd):
    run(monkeypatch, tmp_path, JOBS[:1])
    log(tmp_path)
    path = tmp_path / "kept" / "05.checkpoint"
    path.write_bytes(path.read_bytes()[:-1])
    results = run(monkeypatch, tmp_path, JOBS[:1])
    np.testing.assert_array_equal(results[0]["total"], totals(JOBS[:1])[0])
    assert len(log(tmp_path)) == 4
    assert f"{path} is damaged or of another job: ignored" in capfd.readouterr().err


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, np.float32(1)], ids=repr)
def test_results_that_cannot_be_kept_are_refused(monkeypatch, tmp_path, value):
    with pytest.raises((ValueError, TypeError)):
        run(monkeypatch, tmp_path, ["x"], function="give", shared={"x": [value]}, keys=["aa"])
    assert list((tmp_path / "kept").glob("*.checkpoint")) == []
    # Arrays may hold them.
    [result] = run(monkeypatch, tmp_path, ["x"], function="give", shared={"x": np.array([np.nan])}, keys=["aa"])
    assert np.isnan(result).all()


def test_a_progress_without_checkpoint_keeps_nothing():
    told = []
    progress = Progress(told.append)
    progress.keep({"state": 1})
    assert progress.resume() is None
    progress.report(2)
    progress.report(0.5)
    assert told == [2, 2.5]


def test_what_is_kept_is_the_jobs_own(tmp_path):
    checkpoints = Checkpoints(tmp_path, 10**9)
    with checkpoints.open("aa") as checkpoint:
        Progress(lambda amount: None, checkpoint).keep([1, {"a": (2, None)}])
    with checkpoints.open("aa") as checkpoint:
        assert Progress(lambda amount: None, checkpoint).resume() == [1, {"a": [2, None]}]
    with checkpoints.open("bb") as checkpoint:
        assert Progress(lambda amount: None, checkpoint).resume() is None
