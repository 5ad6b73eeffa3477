"""A study whose jobs run side by side: planning writes nothing, a list shows what is to be done, and all is done once.

That its results are those of `dvc repro`, and that kills lose nothing: tests/pipeline/test_interruption.py.
"""

import json
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from pipeline import ahead, files
from tests.documents import documented
from tests.pipeline.study import stages_run

GIVE_UP = 300  # seconds
BETA = "main-experiments@digits-mlp-0.3"


def listed(study, *targets):
    done = study.shell(" ".join([documented("python -m pipeline.ahead --json"), *targets]))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_is_left_to_do_in_a_finished_study(study):
    lock = (study.root / "dvc.lock").read_bytes()
    done = study.shell(documented("python -m pipeline.ahead"))
    assert done.returncode == 0 and stages_run(done.stdout) == set()
    assert listed(study) == [] and study.shell(documented("python -m pipeline.ahead --list")).stdout == ""
    assert (study.root / "dvc.lock").read_bytes() == lock


def test_a_list_shows_the_jobs_and_runs_none(study):
    before = study.outputs()
    with study.parameter("beta", 0.3):
        jobs = listed(study, "summarize@digits")
        shown = study.ahead("--list", "summarize@digits")
    assert {(job["stage"], job["state"], job["amount"], job["unit"]) for job in jobs} == {
        (BETA, "pending", 20, "step"), (BETA.replace("mlp", "cnn"), "pending", 8, "step"),
    }  # fmt: skip
    assert {job["label"] for job in jobs} == {f"digits {network} beta 0.3" for network in ("mlp", "cnn")}
    assert [line.split()[:2] for line in shown.stdout.splitlines()] == [[job["key"][:12], "pending"] for job in jobs]
    assert study.outputs() == before


def test_another_beta_trains_its_models_and_nothing_else(study, tmp_path):
    with study.parameter("beta", 0.3):
        done = study.ahead(BETA)
        assert done.returncode == 0, done.stderr
        assert stages_run(done.stdout) == {"check-parameters", BETA}
        assert "0 of 7 stages" in done.stderr and "100%" in done.stderr
        assert "Updating lock file" not in done.stdout + done.stderr  # the bar and the stages alone
        again = study.dvc("repro", BETA)
        assert again.returncode == 0 and stages_run(again.stdout) == set()
    assert study.dvc("repro", "check-parameters").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-stage"], "no-such-stage"),
        (["--executor", "local", "--address", "tcp://a:1"], "--address and --set are for the executors dask and slurm"),
        (["--executor", "dask", "--set", "n_workers"], "--set takes NAME=VALUE. Received: 'n_workers'"),
        (["--executor", "dask", "--set", "n_workers=["], "--set takes values as in YAML"),
        (["--executor", "slurm", "--set", "cluster=pbs"], "the setting cluster is slurm or local. Received: 'pbs'"),
        (["--executor", "slurm", "--set", "slurm_array_parallelism=many"], "Slurm's settings: "),
        (["--executor", "slurm", "--set", "cluster=local", "no_such=1"], "Slurm's settings: "),
        (["--executor", "slurm", "--address", "tcp://a:1"], "--address is for the executor dask"),
    ],
)
def test_a_wrong_command_is_one_message(study, arguments, message):
    done = study.ahead(*arguments)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: ") and message in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_parameters_are_one_message_and_touch_nothing(study):
    before = study.outputs()
    with study.parameter("beta", -1):
        done = study.ahead()
    assert done.returncode == 1 and "beta: a number from 0 to 1000 is needed. Received: -1" in done.stderr
    assert "Traceback" not in done.stderr and study.outputs() == before


def test_only_stages_that_ask_for_jobs_are_planned():
    assert ahead.asks_for_jobs("python -m pipeline.main_experiments --dataset digits")
    assert ahead.asks_for_jobs("python -m pipeline.augmented_sampling")
    for command in ("python -m pipeline.figures", "python -m pipeline.fingerprint --code x", "echo 1", ""):
        assert not ahead.asks_for_jobs(command) and ahead.plan(command) == []


def test_files_that_are_read_only_are_neither_written_nor_removed(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "old").write_bytes(b"old")
    with files.read_only():
        for write in (
            lambda: files.write_json(tmp_path / "new.json", {}),
            lambda: files.write_folder(tmp_path / "folder", {}),
            lambda: files.write_folder(tmp_path / "folder", {"new": b""}),
        ):
            with pytest.raises(files.ReadOnly):
                write()
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "old"]
    files.write_json(tmp_path / "new.json", {})


def test_a_stage_that_fails_says_what_it_said(study):
    refusing = "    raise SystemExit('error: on purpose')\n    stage.run(main)"
    with study.changed("pipeline/summarize.py", lambda text: text.replace("    stage.run(main)", refusing)):
        done = study.ahead("summarize@digits")
    assert done.returncode == 1 and "summarize@digits" not in stages_run(done.stdout)
    assert "error: summarize@digits: failed to run: python -m pipeline.summarize" in done.stderr
    assert done.stderr.splitlines()[-1] == "error: on purpose"
    assert study.dvc("repro", "fingerprint", "summarize@digits").returncode == 0


def test_an_interrupted_run_says_that_it_can_go_on_and_leaves_no_process(study):
    for name in (".checkpoints", "models/stick-breaking"):
        shutil.rmtree(study.root / name)
    command = [sys.executable, "-m", "pipeline.ahead", "stick-breaking@digits-mlp"]
    run = subprocess.Popen(
        command, cwd=study.root, env=study.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    kept = study.root / ".checkpoints"
    end = time.monotonic() + GIVE_UP
    while not [*kept.glob("*.checkpoint")]:  # a training has reached the end of a period
        assert time.monotonic() < end and run.poll() is None
        time.sleep(0.1)
    workers = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGTERM)  # SIGINT is ignored where the tests run in the background
    _, err = run.communicate(timeout=GIVE_UP)
    assert run.returncode == 1 and "interrupted: what was reached is kept" in err
    assert psutil.wait_procs(workers, timeout=GIVE_UP)[1] == []
    assert study.ahead("stick-breaking@digits-mlp").returncode == 0
