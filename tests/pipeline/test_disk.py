"""A failing disk ends a stage with one message and leaves earlier results alone; mended, it takes the same bytes."""

import functools
import hashlib
import json
import os
import subprocess
import sys

import pytest

from pipeline import download
from pipeline.jobs.closure import ROOT
from tests.pipeline import failing_disk
from tests.pipeline.failing_disk import EARLIER, FAULTS, MOUNTING, WRITERS


@functools.cache
def allowed(prefix):
    """Return whether a command with this prefix may run here, and mount if that is what the prefix is for."""
    command = ["mount", "-t", "tmpfs", "tmpfs", "/tmp"] if prefix == MOUNTING else ["true"]
    try:
        return subprocess.run([*prefix, *command], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def meet(fault, folder, cases):
    """Let writers meet a fault, and check the message, what they left, and what they wrote to the mended disk.

    Args:
        cases: pairs of a name of `WRITERS` and whether there is an earlier result.
    """
    _, error, prefix = FAULTS[fault]
    if prefix and not allowed(prefix):
        pytest.skip(f"{fault}: {prefix[0]} is not permitted here")
    command = [*prefix, sys.executable, "-m", failing_disk.__name__, fault, str(folder), json.dumps(cases)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for (writer, earlier), found in zip(cases, json.loads(done.stdout), strict=True):
        expected = healthy(writer, folder)
        path = folder / f"{writer}-{earlier}" / "results" / writer
        start = f"cannot write {path} ({len(expected)} bytes): [Errno {error}] {os.strerror(error)}"
        end = (
            ". Free space there or make its folder writable, then run the same command again; "
            "finished stages stay finished."
        )
        assert found["message"].startswith(start) and found["message"].endswith(end)
        assert found["left"] == ({writer: hashlib.sha256(EARLIER).hexdigest()} if earlier else {})
        assert found["after"] == {writer: hashlib.sha256(expected).hexdigest()}


def healthy(writer, folder):
    """Return the bytes that a writer writes to a healthy disk."""
    path = folder / "healthy" / writer
    if writer == "download":
        download.main(dataset="digits", data=path)
    else:
        WRITERS[writer](path)
    return path.read_bytes()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_stage_writes_is_whole_or_untouched(fault, tmp_path):
    writers = [name for name in WRITERS if name != "download"]
    meet(fault, tmp_path, [(name, earlier) for name in writers for earlier in (False, True)])


@pytest.mark.parametrize("fault", ["nearly full disk", "no permission", "file as folder"])
def test_a_stage_ends_with_one_message_and_runs_when_the_disk_is_mended(fault, tmp_path):
    meet(fault, tmp_path, [("download", False)])
