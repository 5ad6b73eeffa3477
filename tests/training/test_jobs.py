"""Jobs side by side: the same results in the same order, and no process left behind."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import joblib
import pytest

from tests.training.work import Refused, digest
from tfvae.training.jobs import Progress, count_workers, run_jobs

ROOT = Path(__file__).resolve().parents[2]
WORK = "tests.training.work"
GIVE_UP = 120  # seconds


pytestmark = pytest.mark.usefixtures("light", "bars")


def run(monkeypatch, workers, function, arguments, shared=None, amount=0.0, **kept):
    monkeypatch.setenv("TFVAE_WORKERS", str(workers))
    amounts = [amount] * len(arguments)
    return run_jobs(f"{WORK}:{function}", arguments, shared, amounts=amounts, label="label", unit="step", **kept)


@pytest.mark.parametrize(("workers", "count"), [(1, 5), (2, 5), (8, 1)])
def test_results_come_in_order_and_do_not_depend_on_the_workers(monkeypatch, bars, workers, count):
    shared = {"shape": (20, 30)}
    nobody = Progress(lambda amount: None)
    expected = [digest(job, shared, nobody)[:2] for job in range(count)]
    assert len({text for _, text in expected}) == count
    results = run(monkeypatch, workers, "digest", range(count), shared, amount=2.5)
    assert [(job, text) for job, text, _ in results] == expected
    [bar] = bars
    assert bar.n == bar.total == 2.5 * count
    assert (bar.label, bar.unit) == ("label", "step")
    processes = {process for _, _, process in results}
    if min(workers, count) == 1:
        assert processes == {os.getpid()}
    else:
        assert os.getpid() not in processes
        assert 1 <= len(processes) <= workers


def test_no_jobs_are_no_results(monkeypatch):
    assert run(monkeypatch, 2, "digest", []) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_the_error_of_a_job_is_raised(monkeypatch, workers):
    with pytest.raises(Refused, match="job 1 cannot be done"):
        run(monkeypatch, workers, "refuse", range(3), 1)


def test_a_worker_whose_keras_has_another_backend_says_so(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("TFVAE_WORKERS", "2")
    with pytest.raises(ValueError, match=r"^tfvae needs Keras with TensorFlow as its backend: .* KERAS_BACKEND='jax'$"):
        run_jobs("tfvae.training.runtime:use_one_core", [1, 2], None, amounts=[1, 1], label="", unit="")


@pytest.mark.parametrize("wanted", ["0", "-1", "two", "1.5", "", " 2"])
def test_a_bad_number_of_workers_is_refused(monkeypatch, wanted):
    monkeypatch.setenv("TFVAE_WORKERS", wanted)
    with pytest.raises(ValueError, match=f"TFVAE_WORKERS must be a whole number above 0. Received: '{wanted}'"):
        run_jobs(f"{WORK}:digest", [1, 2], {"shape": (2, 2)}, amounts=[1, 1], label="label", unit="step")


def test_workers_are_as_many_as_wanted(monkeypatch):
    monkeypatch.setenv("TFVAE_WORKERS", "7")
    assert count_workers() == 7


def test_workers_are_one_per_core_or_one_with_a_gpu(monkeypatch):
    monkeypatch.delenv("TFVAE_WORKERS", raising=False)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 3)
    monkeypatch.setattr(Path, "exists", lambda path: False)
    assert count_workers() == 3
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == "/dev/nvidia0")
    assert count_workers() == 1


OPEN = """from tfvae.training.jobs import run_jobs

for repetition in range(1):
    digests = run_jobs("tests.training.work:digest", [1, 2], {"shape": (2, 2)},
                       amounts=[1, 1], label="", unit="step")
print(len(digests))
"""
GUARDED = """from tfvae.training.jobs import run_jobs

def work():
    return run_jobs("tests.training.work:digest", [1, 2], {"shape": (2, 2)}, amounts=[1, 1], label="", unit="step")

if __name__ == "__main__":
    print(len(work()))
"""


@pytest.mark.parametrize(
    ("source", "workers", "said"), [(OPEN, "2", ""), (OPEN, "1", "2\n"), (GUARDED, "2", "2\n")],
    ids=["open", "open, no processes", "guarded"],
)  # fmt: skip
def test_a_script_without_a_guard_is_told_so(script, tmp_path, source, workers, said):
    path = tmp_path / "script.py"
    output, error = script(path, source, workers=workers).communicate(timeout=GIVE_UP)
    assert output == said
    if not said:
        *_, message = error.strip().splitlines()
        assert re.fullmatch(
            r".*Refused: run_jobs starts .* `if __name__ == \"__main__\":`\. Received: .*, line 4", message
        )
        assert str(path) in message and error.count("Traceback") == 1


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "from tfvae.training.jobs import run_jobs\n"
        "if __name__ == '__main__':\n"
        f"    run_jobs('{WORK}:announce_and_sleep', [1, 2], 600, amounts=[1, 1], label='', unit='step')\n"
    )
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "TFVAE_WORKERS": "2"}
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | paths,
        text=True,
    )
    assert {parent.stdout.readline(), parent.stdout.readline()} == {"job 1\n", "job 2\n"}
    parent.send_signal(signal.SIGKILL)
    # The workers hold the pipe's other end, so the stream ends when they are gone; or else communicate() raises.
    assert parent.communicate(timeout=GIVE_UP)[0] == ""
