"""A process must not outlive the one it works for, not even one that is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
GIVE_UP = 60  # seconds

CHILD = """
import os, sys, time
from tfvae.lifetime import end_with_parent
end_with_parent(os.getppid())
print("ready", flush=True)
time.sleep(float(sys.argv[1]))
print("done", flush=True)
"""
PARENT = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {CHILD!r}, "600"])
sys.stdin.read()
"""


def test_a_child_ends_after_its_parent_was_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True
    )
    assert parent.stdout.readline() == "ready\n"
    parent.send_signal(signal.SIGKILL)
    # Both hold the pipe's other end, so the stream ends when both are gone; or else communicate() raises.
    rest, _ = parent.communicate(timeout=GIVE_UP)
    assert rest == ""
    assert parent.returncode == -signal.SIGKILL


def test_a_child_works_on_while_its_parent_lives():
    child = subprocess.run(
        [sys.executable, "-c", CHILD, "1.5"], stdout=subprocess.PIPE, env=ENVIRONMENT, text=True, timeout=GIVE_UP
    )
    assert child.stdout == "ready\ndone\n"
    assert child.returncode == 0


def test_an_orphan_ends_at_once():
    other = CHILD.replace("os.getppid()", "os.getppid() + 1")
    child = subprocess.run(
        [sys.executable, "-c", other, "600"], stdout=subprocess.PIPE, env=ENVIRONMENT, text=True, timeout=GIVE_UP
    )
    assert "done" not in child.stdout
    assert child.returncode == 1
