"""Jobs on this machine, on a Dask cluster and by submitit: the same results, and one message where a worker is lost."""

import json
import os
import pickle
import subprocess
import sys
import time
from threading import Timer
from weakref import WeakValueDictionary

import numpy as np
import pytest

from pipeline.jobs import dask, executors
from pipeline.jobs.closure import ROOT
from pipeline.jobs.executors import description, longest_first, perform, read_shared, write_shared
from pipeline.jobs.resumable import Round
from tfvae.errors import Refused


class Sent:
    """Stands for data on the workers."""


SEEDS, COUNT, GIVE_UP = [5, 6, 7], 4, 180  # seconds
DRIVE = f"""
import json, sys, time
from pipeline.ahead import _executor
from pipeline.jobs.provenance import job_keys
from pipeline.jobs.resumable import CHECKPOINTS, Round

if __name__ == "__main__":
    folder, name, *address = sys.argv[1:]
    settings = {{"dask": ["n_workers=2"], "slurm": ["cluster=local", "timeout_min=5"]}}.get(name, [])
    executor = _executor(name, *(address or [None]), [] if address else settings)
    toys = [{{"seed": seed, "count": {COUNT}}} for seed in {SEEDS}]
    works = [("tests.training.work:add_up", f"{{toy['seed']:02x}}", toy, {COUNT}) for toy in toys]
    jobs = Round(
        "pipeline.jobs.resumable:run", works, folder, ["05", "06", "07"], [{COUNT}] * 3, "", "", [0, 1, 2]
    )
    print("starts", flush=True)
    futures = executor.start(jobs)
    try:
        while not all([future.done() for future in futures.values()]):
            time.sleep(0.1)
        for future in futures.values():
            executor.finish(future)
    except (RuntimeError, ValueError) as error:
        sys.exit(f"error: {{error}}")
    finally:
        executor.close()
    print(json.dumps([CHECKPOINTS.kept(key)["result"]["total"].tolist() for key in jobs.keys]))
"""


def totals():
    """Return what the jobs add up to, in the same order of additions."""
    return [sum(np.random.default_rng([seed, i]).normal(size=2) for i in range(COUNT)).tolist() for seed in SEEDS]


@pytest.fixture
def environment(stand_in, tmp_path):
    """Of processes whose TensorFlow is a stand-in, and whose store is in the test's folder."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(stand_in), str(ROOT), str(ROOT / "src")]),
        "TFVAE_CHECKPOINTS": str(tmp_path / "kept"),
        "TFVAE_WORKERS": "2",
    }


def start(command, environment, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, **{**pipes, **options})


def drive(tmp_path, environment, name, *address):
    """Start the jobs in a process of their own."""
    script = tmp_path / "drive.py"
    script.write_text(DRIVE, encoding="utf-8")
    process = start([str(script), str(tmp_path), name, *address], environment)
    timer = Timer(GIVE_UP, process.kill)  # else a test that reads a line of it would wait for ever
    timer.daemon = True
    timer.start()
    return process


def results(process):
    out, err = process.communicate(timeout=GIVE_UP)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


@pytest.mark.parametrize("name", ["local", "dask", "slurm"])
def test_every_executor_gives_the_same_results(tmp_path, environment, name):
    if name != "local":
        pytest.importorskip({"dask": "distributed", "slurm": "submitit"}[name])
    assert results(drive(tmp_path, environment, name)) == totals()
    assert not [*(tmp_path / "kept").glob("*.shared")]
    assert len((tmp_path / "log").read_text().splitlines()) == len(SEEDS) * COUNT
    # They are kept: nothing is computed again.
    assert results(drive(tmp_path, environment, "local")) == totals()
    assert len((tmp_path / "log").read_text().splitlines()) == len(SEEDS) * COUNT


def test_a_killed_worker_of_this_machine_is_one_message_and_what_was_reached_is_kept(tmp_path, environment):
    (tmp_path / "kill 6 2").touch()
    process = drive(tmp_path, environment, "local")
    _, err = process.communicate(timeout=GIVE_UP)
    assert process.returncode == 1
    assert err.splitlines()[-1] == "error: A process that was training was killed, perhaps for want of memory"
    assert results(drive(tmp_path, environment, "local")) == totals()
    log = (tmp_path / "log").read_text().splitlines()
    assert [log.count(f"6 {position}") for position in range(COUNT)] == [1, 1, 2, 1]


@pytest.fixture
def cluster(tmp_path, environment):
    """Give a scheduler's address and a function that starts a worker, with a store of its own, over TCP."""
    pytest.importorskip("distributed")
    file, quiet = tmp_path / "scheduler.json", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    line = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    processes = [start([*line, "--scheduler-file", str(file)], environment, **quiet)]

    def worker(**settings):
        own = {**environment, "TFVAE_CHECKPOINTS": str(tmp_path / f"worker-{len(processes)}"), **settings}
        line = ["-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        processes.append(start(line, own, **quiet))
        return processes[-1]

    try:
        end = time.monotonic() + GIVE_UP
        while not file.exists() or not file.read_text():
            assert time.monotonic() < end and processes[0].poll() is None
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        yield address, worker
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_cluster_over_tcp_that_loses_a_worker_gives_the_same_results(tmp_path, environment, cluster):
    """The workers have stores of their own, so all results come over the wire."""
    address, worker = cluster
    workers = [worker(), worker()]
    (tmp_path / "kill 6 2").touch()  # the worker that comes there kills itself, once
    assert results(drive(tmp_path, environment, "dask", address)) == totals()
    assert [process.poll() is None for process in workers].count(False) == 1
    log = (tmp_path / "log").read_text().splitlines()
    assert log.count("6 2") == 2 and log.count("6 3") == 1


def test_a_worker_that_joins_and_differs_is_sent_away(tmp_path, environment, cluster):
    address, worker = cluster
    worker()
    waits = tmp_path / "wait 5 0"
    waits.touch()
    process = drive(tmp_path, environment, "dask", address)
    assert process.stdout.readline() == "starts\n"
    other = worker(ONEDNN_MAX_CPU_ISA="AVX2")
    said = process.stdout.readline()
    assert said.startswith("the worker tcp://127.0.0.1:") and "ONEDNN_MAX_CPU_ISA=AVX2" in said
    waits.unlink()
    assert results(process) == totals()
    other.wait(timeout=GIVE_UP)
    assert len((tmp_path / "log").read_text().splitlines()) == len(SEEDS) * COUNT


def test_where_every_worker_differs_the_run_ends(tmp_path, environment, cluster):
    address, worker = cluster
    only = worker()
    waits = tmp_path / "wait 5 0"
    waits.touch()
    process = drive(tmp_path, environment, "dask", address)
    assert process.stdout.readline() == "starts\n"
    worker(ONEDNN_MAX_CPU_ISA="AVX2")
    assert "is sent away" in process.stdout.readline()
    only.kill()
    worker(ONEDNN_MAX_CPU_ISA="AVX2")
    _, err = process.communicate(timeout=GIVE_UP)
    assert process.returncode == 1
    assert err.splitlines()[-1].startswith("error: a worker differs from the process that gives it work")


def test_data_that_jobs_share_are_sent_once(monkeypatch):
    sent = []
    monkeypatch.setattr(dask, "SharedData", lambda client, content: sent.append(content) or Sent())
    cluster = object.__new__(dask.Dask)
    cluster.client, cluster._shared = None, WeakValueDictionary()
    monkeypatch.setattr(dask, "DaskJob", lambda cluster, jobs, position, shared: shared)
    rounds = [Round("", ["a"], np.arange(number), ["a"], [1], "", "", [0]) for number in (3, 3, 4)]
    futures = [cluster.start(jobs) for jobs in rounds]
    assert [len(content) for content in sent] == [3, 4]
    del futures
    cluster.start(rounds[0])
    assert [len(content) for content in sent] == [3, 4, 3]


def test_no_answer_is_one_message(tmp_path, environment):
    pytest.importorskip("distributed")
    with pytest.raises(Refused, match=r"no Dask cluster with a worker answers at tcp://127\.0\.0\.1:9"):
        from pipeline.jobs.dask import Dask

        Dask("tcp://127.0.0.1:9", {}, patience=1)


def test_only_what_was_written_is_unpickled(tmp_path, monkeypatch):
    monkeypatch.setattr(executors.CHECKPOINTS, "folder", tmp_path)
    path = write_shared({"images": np.arange(3)})
    np.testing.assert_array_equal(read_shared(path)["images"], np.arange(3))
    read_shared.cache_clear()
    path.write_bytes(pickle.dumps("another"))
    with pytest.raises(ValueError, match="is not what was written there"):
        read_shared(path)


def test_longer_jobs_start_first():
    assert longest_first(Round("", "abcd", None, "abcd", [1, 5, 3, 9], "", "", [0, 1, 2])) == [1, 2, 0]


def test_a_machine_that_differs_is_refused_before_its_first_job(monkeypatch):
    mine = description()
    perform("builtins:print", "a", "b", mine, lambda amount: None)
    monkeypatch.setattr(executors, "machine", lambda: ("another processor",))
    with pytest.raises(Refused, match=r"a worker differs .*another processor"):
        perform("builtins:print", "a", "b", mine, lambda amount: None)


def test_code_that_is_changed_meanwhile_is_refused(tmp_path, monkeypatch):
    """By its meaning: another comment is no change."""
    file = tmp_path / "src" / "module.py"
    file.parent.mkdir()
    file.write_text("ONE = 1\n", encoding="utf-8")
    monkeypatch.setattr(executors, "ROOT", tmp_path)
    expected = description()
    file.write_text("ONE = 1  # still\n", encoding="utf-8")
    perform("builtins:print", "a", "b", expected, lambda amount: None)
    file.write_text("ONE = 2\n", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    with pytest.raises(Refused, match="its code has been changed since"):
        perform("builtins:print", "a", "b", expected, lambda amount: None)
