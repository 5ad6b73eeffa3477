"""Stages wait for other commands of DVC that work on the same files, and let these end."""

import json
import os
import subprocess
import sys
import time

import zc.lockfile

GIVE_UP = 60  # seconds


def free(lock):
    """Take the repository's lock as soon as it is free, and return it."""
    for _ in range(GIVE_UP * 100):
        try:
            return zc.lockfile.LockFile(str(lock))
        except zc.lockfile.LockError:
            time.sleep(0.01)
    raise AssertionError("the lock is held all the time")


def test_who_waits_for_another_command_lets_it_have_the_lock_that_it_needs_to_end(project):
    """DVC lets go of the lock while a stage runs, and takes it again to record the stage."""
    folder = project.root / ".dvc" / "tmp"
    written = {str(project.root / "plots" / "mnist.png"): {"pid": os.getpid(), "cmd": "dvc repro"}}
    (folder / "rwlock").write_text(json.dumps({"write": written, "read": {}}), encoding="utf-8")
    command = [sys.executable, "-m", "pipeline.ahead", "figures@mnist"]
    waiting = subprocess.Popen(command, cwd=project.root, env=project.environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + GIVE_UP
        while (folder / "lock").read_text(encoding="utf-8").strip() != str(waiting.pid):  # it has come to its stages
            assert waiting.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        time.sleep(3)  # and to the other command's files
        assert waiting.poll() is None
        lock = free(folder / "lock")
        (folder / "rwlock").write_text('{"write": {}, "read": {}}', encoding="utf-8")
        lock.close()
        assert waiting.wait(GIVE_UP) == 0
    finally:
        waiting.kill()
        waiting.wait()
