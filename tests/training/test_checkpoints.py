"""What jobs keep: it comes back as it was or not at all, is whole at any moment, and one process at a time has it."""

import hashlib
import os
import pickle
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tfvae.training.checkpoints import Checkpoint, Checkpoints
from tfvae.training.packing import pack, unpack

KEY, OTHER = "0a1b", "77ff"
GIVE_UP = 120  # seconds
NUMBERS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(),
    hnp.floating_dtypes(endianness="?"),
    hnp.complex_number_dtypes(),
    hnp.unicode_string_dtypes(),
    hnp.byte_string_dtypes(),
)
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0)))
CONTENT = st.recursive(
    NUMBERS | st.text() | ARRAYS,
    lambda part: (
        st.lists(part) | st.tuples(part, part) | st.dictionaries(st.sampled_from(["array", "dict", "tree"]), part)
        | st.dictionaries(st.text() | st.integers(), part)
    ),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture
def checkpoints(tmp_path):
    return Checkpoints(tmp_path / "kept", limit=10**9)


def same(one, other):
    """Return whether content came back: the same types and, of arrays, bytes; tuples are lists."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and (one.dtype, one.shape) == (other.dtype, other.shape)
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, (list, tuple)):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(map(same, one.values(), other.values()))
    return type(one) is type(other) and repr(one) == repr(other)  # repr tells 0.0 from -0.0


@given(CONTENT)
def test_content_comes_back(content):
    assert same(content, unpack(pack(content)))


def test_equal_content_gives_equal_bytes():
    assert pack({"a": [1, np.arange(3)]}) == pack({"a": (1, np.arange(3))})


@pytest.mark.parametrize(
    "value",
    [
        {1}, object(), 1j, b"bytes", np.float32(1), np.int64(1), np.array([object()]),
        float("nan"), float("inf"), {"a": [-float("inf")]},
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_would_not_come_back_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        pack({"value": value})


def test_arrays_may_hold_what_is_no_number():
    assert same(np.array([np.nan, np.inf, -np.inf]), unpack(pack(np.array([np.nan, np.inf, -np.inf]))))


def test_a_file_holds_what_was_written_last(checkpoints, capfd):
    with checkpoints.open(KEY) as checkpoint:
        assert checkpoint.read() is None
        checkpoint.write({"state": [1, np.arange(4)]})
        assert same(checkpoint.read(), {"state": [1, np.arange(4)]})
        checkpoint.write({"result": 2})
    with checkpoints.open(KEY) as checkpoint:
        assert checkpoint.read() == {"result": 2}
    with checkpoints.open(OTHER) as checkpoint:
        assert checkpoint.read() is None
    assert {path.name for path in checkpoints.folder.iterdir()} == {f"{KEY}.checkpoint", f"{KEY}.lock", f"{OTHER}.lock"}
    assert capfd.readouterr() == ("", "")


def test_no_damaged_file_is_read(checkpoints, capfd):
    """Each byte changed, many lengths cut off, more at the end, files of others."""
    with checkpoints.open(OTHER) as other:
        other.write({"state": 1})
    with checkpoints.open(KEY) as checkpoint:
        checkpoint.write({"state": np.arange(3)})
        path = checkpoints.folder / f"{KEY}.checkpoint"
        whole = path.read_bytes()
        generator = np.random.default_rng(0)
        damaged = [whole[:length] for length in range(0, len(whole), 7)]
        for position, byte in enumerate(whole):
            changed = byte ^ int(generator.integers(1, 256))
            damaged.append(whole[:position] + bytes([changed]) + whole[position + 1 :])
        damaged += [whole + b"\0", whole + whole, whole.replace(b"\n", b"\r\n"), b"\n", b"\n" * 3, bytes(1000)]
        damaged += [(checkpoints.folder / f"{OTHER}.checkpoint").read_bytes(), pack({"state": 1}), b"\x89PNG\r\n\x1a\n"]
        for content in damaged:
            path.write_bytes(content)
            assert checkpoint.read() is None
        path.write_bytes(whole)
        assert same(checkpoint.read(), {"state": np.arange(3)})
    out, err = capfd.readouterr()
    assert err.splitlines() == [f"{path} is damaged or of another job: ignored"] * len(damaged)
    assert out == ""


class Trap:
    """Unpickling it leaves a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("form", ["pickle", "npy", "npz", "npz's tree"])
def test_no_pickle_is_read(checkpoints, form, tmp_path):
    """Not even one whose checksum is right."""
    trap, buffer = np.array([Trap(tmp_path / "caught")], dtype=object), BytesIO()
    if form == "pickle":
        pickle.dump({"state": trap}, buffer)
    elif form == "npy":
        np.save(buffer, trap, allow_pickle=True)
    elif form == "npz":
        tree = np.frombuffer(b'{"array": 0}', np.uint8)
        np.savez(buffer, allow_pickle=True, tree=tree, **{"0": trap})
    else:
        np.savez(buffer, allow_pickle=True, tree=trap)
    body = buffer.getvalue()
    with checkpoints.open(KEY) as checkpoint:
        head = f"tfvae checkpoint 1 {KEY} {hashlib.sha256(body).hexdigest()}\n"
        (checkpoints.folder / f"{KEY}.checkpoint").write_bytes(head.encode() + body)
        with pytest.raises(ValueError, match="pickle"):
            checkpoint.read()
    assert not (tmp_path / "caught").exists()
    loaded = np.load(BytesIO(body), allow_pickle=True)
    assert "npz" not in form or dict(loaded)
    assert (tmp_path / "caught").exists()  # it was a trap


@pytest.mark.parametrize("moment", ["packed", "half written", "written"])
def test_a_write_that_fails_leaves_what_was_there(checkpoints, monkeypatch, moment):
    class Crash(Exception):
        pass

    def crash(*_):
        raise Crash

    with checkpoints.open(KEY) as checkpoint:
        checkpoint.write({"state": 1})
        with monkeypatch.context() as patch, pytest.raises(Crash):
            if moment == "packed":
                patch.setattr("tfvae.training.checkpoints.pack", crash)
            elif moment == "half written":
                patch.setattr(os, "fsync", crash)
            else:
                patch.setattr(os, "replace", crash)
            checkpoint.write({"state": 2})
        assert checkpoint.read() == {"state": 1}
        checkpoint.write({"state": 3})
        assert checkpoint.read() == {"state": 3}


def fill(checkpoints, keys, collected=True):
    """Write a file of some 10 kB for each key, used in this order; return the size of one."""
    for age, key in enumerate(keys):
        checkpoints.result(key, lambda _: np.zeros(10_000, np.uint8))
        if collected:
            checkpoints.collect(key, stage="a")
        os.utime(checkpoints.folder / f"{key}.checkpoint", (1000 + age, 1000 + age))
    return max(path.stat().st_size for path in checkpoints.folder.glob("*.checkpoint"))


def left(checkpoints):
    return {path.stem for path in checkpoints.folder.glob("*.checkpoint")}


def test_pruning_keeps_what_was_used_last(tmp_path):
    size = fill(Checkpoints(tmp_path, 0), ["aa", "bb", "cc", "dd"])
    assert Checkpoints(tmp_path, 0).kept("aa") is not None  # which is a use
    Checkpoints(tmp_path, 4 * size).prune()
    assert left(Checkpoints(tmp_path, 0)) == {"aa", "bb", "cc", "dd"}
    Checkpoints(tmp_path, 2 * size + 100).prune()
    assert left(Checkpoints(tmp_path, 0)) == {"aa", "dd"}
    Checkpoints(tmp_path, 0).prune()
    assert left(Checkpoints(tmp_path, 0)) == set()


def test_pruning_leaves_what_is_in_use(tmp_path):
    checkpoints = Checkpoints(tmp_path, 0)
    fill(checkpoints, ["aa", "bb"])
    with checkpoints.open("aa") as checkpoint:
        Checkpoints(tmp_path, 0).prune()
        assert checkpoint.read() is not None
    assert left(checkpoints) == {"aa"}


def test_pruning_leaves_what_nobody_has_collected(tmp_path):
    """Results that a stage has not seen yet, and the state of jobs that were interrupted."""
    checkpoints = Checkpoints(tmp_path, 0)
    fill(checkpoints, ["aa", "bb"], collected=False)
    with checkpoints.open("cc") as checkpoint:
        checkpoint.write({"state": 1})
    checkpoints.prune()
    assert left(checkpoints) == {"aa", "bb", "cc"}
    checkpoints.collect("aa", stage="a")
    checkpoints.prune()
    assert left(checkpoints) == {"bb", "cc"}
    with checkpoints.open("aa") as checkpoint:  # computed again, and interrupted
        checkpoint.write({"state": 1})
    checkpoints.prune()
    assert left(checkpoints) == {"aa", "bb", "cc"}


# The administrator may write anywhere, but not beneath a file.
WRITES = {
    "open": lambda store: store.open(KEY).__enter__(),
    "result": lambda store: store.result(KEY, lambda checkpoint: 1),
    "adopt": lambda store: store.adopt(store.given),
    "write": lambda store: Checkpoint(store, KEY).write({"state": 1}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_folder_that_cannot_be_written_is_named_with_advice(checkpoints, tmp_path, write):
    fill(checkpoints, [KEY])
    (tmp_path / "file").touch()
    store = Checkpoints(tmp_path / "file" / "kept", 10**9, elsewhere="let STORE name another")
    store.given = checkpoints.files([KEY])
    with pytest.raises(
        OSError, match=r"^cannot write \S+/file/kept\S*: .* Free .* or let STORE name another; then run the "
    ):
        write(store)
    assert store.state(KEY) == "pending" and store.kept(OTHER) is None


def test_a_store_that_cannot_be_written_can_be_read(checkpoints, monkeypatch):
    fill(checkpoints, [KEY])
    monkeypatch.setattr(checkpoints, "_lock", lambda key: FileLock(checkpoints.folder / f"{KEY}.checkpoint" / "lock"))
    assert checkpoints.kept(KEY) is not None
    assert [checkpoints.state(key) for key in (KEY, OTHER)] == ["done", "pending"]


def test_what_a_killed_process_had_begun_to_write_goes_with_the_next_write(tmp_path):
    checkpoints = Checkpoints(tmp_path, 10**9)
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    for process in (killed.pid, os.getpid()):
        (tmp_path / f".aa.checkpoint.{process}.abcdefgh.partial").write_bytes(b"half")
    fill(checkpoints, ["aa"])
    alive = f".aa.checkpoint.{os.getpid()}.abcdefgh.partial"  # of a process that may still be writing
    assert {path.name for path in tmp_path.iterdir()} == {"aa.checkpoint", "aa.collected", "aa.lock", alive}


def test_pruning_bears_with_files_that_go_meanwhile(tmp_path, monkeypatch):
    checkpoints, stat = Checkpoints(tmp_path, 0), Path.stat
    fill(checkpoints, ["aa", "bb", "cc"])

    def removed(path, **options):
        if path.name == "bb.checkpoint":
            path.unlink(missing_ok=True)
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", removed)
    checkpoints.prune()
    assert left(checkpoints) == set()


def test_there_may_be_nothing_to_prune(tmp_path):
    Checkpoints(tmp_path / "missing", 0).prune()
    assert Checkpoints(tmp_path / "missing", 0).notes() == {}


def test_the_state_of_a_job_is_known_without_computing_it(checkpoints):
    assert checkpoints.state(KEY) == "pending" and checkpoints.kept(KEY) is None
    with checkpoints.open(KEY) as checkpoint:
        assert checkpoints.state(KEY) == "held"
        checkpoint.write({"state": 1})
    assert checkpoints.state(KEY) == "begun" and checkpoints.kept(KEY) is None
    checkpoints.result(KEY, lambda _: None)
    assert checkpoints.state(KEY) == "done" and checkpoints.kept(KEY) == {"result": None}
    (checkpoints.folder / f"{KEY}.checkpoint").write_bytes(b"damaged")
    assert checkpoints.kept(KEY) is None


def test_seconds_of_a_core_add_up_over_interruptions(checkpoints, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(time, "process_time", lambda: clock[0])
    with checkpoints.open(KEY) as checkpoint:
        clock[0] += 3
        checkpoint.write({"state": 1})
    clock[0] = 7.0  # another process
    with checkpoints.open(KEY) as checkpoint:
        clock[0] += 10  # waiting for the lock, or reading
        checkpoint.read()
        clock[0] += 2
        checkpoint.write({"result": 2})
    clock[0] += 50
    checkpoints.collect(KEY, stage="a@b", amount=4)
    note = checkpoints.notes()[KEY]
    assert note.pop("time") == pytest.approx(time.time(), abs=GIVE_UP)
    assert note == {"stage": "a@b", "amount": 4, "seconds": 5.0}


def test_what_was_not_kept_cannot_be_collected(checkpoints):
    checkpoints.collect(KEY, stage="a")
    assert checkpoints.notes() == {}


def test_files_travel_to_another_store(tmp_path):
    one, other = Checkpoints(tmp_path / "one", 10**9), Checkpoints(tmp_path / "other", 10**9)
    with one.followed() as keys:
        one.result(KEY, lambda _: np.arange(3))
        one.result(OTHER, lambda _: "b")
    one.result("cc", lambda _: "c")
    assert keys == [KEY, OTHER]
    files = one.files(keys)
    other.adopt(files)
    assert left(other) == {KEY, OTHER} and same(other.kept(KEY), {"result": np.arange(3)})
    for damaged in ({OTHER: files[KEY]}, {KEY: files[KEY][:-1]}, {KEY: b""}):
        with pytest.raises(ValueError, match="damaged"):
            other.adopt(damaged)
    assert same(other.kept(KEY), {"result": np.arange(3)})


HOLD = """
import sys
from pathlib import Path
from tfvae.training.checkpoints import Checkpoints

with Checkpoints(Path(sys.argv[1]), 10**9).open("0a1b") as checkpoint:
    print("holds", checkpoint.read(), flush=True)
    if sys.stdin.readline():
        checkpoint.write({"state": 1})
"""
WAITING = "waiting for another process that works on the same job\n"


@pytest.mark.parametrize("end", ["ends", "is killed"])
def test_one_process_at_a_time_has_a_job(script, tmp_path, end):
    """The second one says that it waits, and goes on when the first one ends, however it does."""
    first = script(tmp_path / "hold.py", HOLD, tmp_path / "kept")
    assert first.stdout.readline() == "holds None\n"
    second = script(tmp_path / "hold.py", HOLD, tmp_path / "kept")
    assert second.stderr.readline() == WAITING
    assert second.poll() is None
    if end == "ends":
        first.communicate("\n", timeout=GIVE_UP)
    else:
        first.send_signal(signal.SIGKILL)
    out, err = second.communicate("", timeout=GIVE_UP)
    assert out == ("holds {'state': 1}\n" if end == "ends" else "holds None\n")
    assert (err, second.returncode) == ("", 0)
