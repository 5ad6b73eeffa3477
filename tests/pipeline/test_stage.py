"""What all stages share: files that are whole or absent, and the command line."""

import json
import math
import os
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline import files, stage
from pipeline.jobs.closure import ROOT
from tfvae.errors import Refused
from tfvae.evaluation.total_variation import total_variation_distance

ARRAYS = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.uint8, np.int64]), hnp.array_shapes(min_dims=0, max_dims=4, max_side=3)
)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    path = tmp_path / "a" / "b" / "file"
    files.write_bytes(path, b"content")
    assert contents(path.parent) == {"file": b"content"}


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_the_umask_decides_who_may_read_and_write_a_file(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        files.write_bytes(tmp_path / "folder" / "file", b"content")
    finally:
        os.umask(before)
    assert (tmp_path / "folder" / "file").stat().st_mode & 0o777 == mode
    assert (tmp_path / "folder").stat().st_mode & 0o777 == mode | (mode & 0o444) >> 2


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old and longer")
    files.write_bytes(path, b"new")
    assert contents(tmp_path) == {"file": b"new"}


@pytest.mark.parametrize("old", [{}, {"file": b"old"}], ids=["absent", "present"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch, old, error):
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)

    def fail(*_):
        raise error

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(type(error)):
        files.write_bytes(tmp_path / "file", b"new")
    assert contents(tmp_path) == old


@pytest.mark.parametrize("old", [None, b"old"], ids=["absent", "present"])
def test_a_process_that_dies_while_it_writes_leaves_what_was_there(tmp_path, old):
    path = tmp_path / "file"
    if old is not None:
        path.write_bytes(old)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom pipeline import files\n"
        "os.replace = lambda *_: os._exit(9)\n"  # between the content and its name
        "files.write_bytes(Path(sys.argv[1]), b'new' * 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert (path.read_bytes() if path.exists() else None) == old
    assert len(contents(tmp_path)) == (2 if old else 1), "what it had written lies beside the file"
    files.write_bytes(path, b"new")
    assert contents(tmp_path) == {"file": b"new"}


def test_processes_that_write_one_file_at_once_leave_one_whole_file(tmp_path):
    """Each may take what another is about to rename for a leftover."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom pipeline import files\n"
        "for _ in range(200): files.write_bytes(Path(sys.argv[1]), sys.argv[2].encode() * 1000)\n"
    )
    path = tmp_path / "[file].*"  # no pattern
    (tmp_path / "other").write_bytes(b"stays")
    writers = [subprocess.Popen([sys.executable, "-c", script, str(path), letter], cwd=ROOT) for letter in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    left = contents(tmp_path)
    assert left.pop("other") == b"stays" and set(left) == {path.name}
    assert left[path.name] in (b"a" * 1000, b"b" * 1000)


def test_json_is_for_people_and_comes_back(tmp_path):
    path, content = tmp_path / "record.json", {"name": "é", "values": [1, 0.1, None], "nested": {"a": []}}
    files.write_json(path, content)
    assert files.read_json(path) == content
    text = path.read_text(encoding="utf-8")
    assert text.startswith('{\n  "name"') and text.endswith("\n}\n")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_json_refuses_what_is_no_number(tmp_path, value):
    path = tmp_path / "record.json"
    files.write_json(path, {"fid": 1})
    with pytest.raises(ValueError):
        files.write_json(path, {"fid": [value]})
    assert json.loads(path.read_text()) == {"fid": 1}


@given(arrays=st.dictionaries(st.from_regex(r"[a-z_0-9|.]{1,12}", fullmatch=True), ARRAYS, min_size=1, max_size=4))
def test_arrays_come_back_as_they_were(tmp_path_factory, arrays):
    folder = tmp_path_factory.mktemp("npz")
    arrays = {name: array for name, array in arrays.items() if name not in ("file", "allow_pickle")}
    files.write_npz(folder / "a.npz", arrays)
    back = files.read_npz(folder / "a.npz")
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype and back[name].shape == array.shape
        np.testing.assert_array_equal(back[name], array)


def test_bytes_of_arrays_depend_on_the_arrays_alone(tmp_path, monkeypatch):
    arrays = {"x": np.arange(12.0).reshape(3, 4), "labels": np.zeros(3, np.uint8)}
    files.write_npz(tmp_path / "first.npz", arrays)
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    monkeypatch.chdir(tmp_path)
    files.write_npz(tmp_path / "other" / "second.npz", {name: array.copy() for name, array in arrays.items()})
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "other" / "second.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pickles_are_neither_read_nor_written(tmp_path):
    path = tmp_path / "pickled.npz"
    np.savez(path, x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        files.read_npz(path)
    with pytest.raises(ValueError, match="allow_pickle"):
        files.write_npz(tmp_path / "new.npz", {"x": np.array([None])})
    assert not (tmp_path / "new.npz").exists()


@given(weights=st.lists(ARRAYS, min_size=1, max_size=12))
def test_weights_come_back_in_their_order(tmp_path_factory, weights):
    path = tmp_path_factory.mktemp("weights") / "weights.npz"
    files.write_weights(path, weights)
    back = files.read_weights(path)
    assert len(back) == len(weights)
    for old, new in zip(weights, back, strict=True):
        assert new.dtype == old.dtype
        np.testing.assert_array_equal(new, old)


def test_csv_has_nine_digits_and_plain_line_ends(tmp_path):
    table = pd.DataFrame({"step": [100, 200], "loss": [1 / 3, 12345678.9012], "kl": [1e-12, float("nan")]})
    files.write_csv(tmp_path / "history.csv", table)
    expected = b"step,loss,kl\n100,0.333333333,1e-12\n200,12345678.9,\n"
    assert (tmp_path / "history.csv").read_bytes() == expected


@given(values=hnp.arrays(np.float32, 5, elements=st.floats(allow_nan=False, allow_infinity=False, width=32)))
def test_csv_keeps_float32_exactly(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("csv") / "history.csv"
    files.write_csv(path, pd.DataFrame({"value": values.astype(np.float64)}))
    back = [float(line) for line in path.read_text().split()[1:]]
    np.testing.assert_array_equal(np.array(back).astype(np.float32), values)


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), ("-3", -3), ("0", 0), ("0.2", 0.2), ("2.0", 2.0), ("1e-05", 1e-5)]
)
def test_a_number_is_whole_where_it_is_written_so(text, value):
    assert stage.number(text) == value and type(stage.number(text)) is type(value)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_from_their_text(value):
    back = stage.number(str(value))
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize("text", ["two", "", "1,5", "--2", "²"])
def test_other_text_is_no_number(text):
    with pytest.raises(ValueError):
        stage.number(text)


TOY = '''
"""Stage toy: shows what a stage gets."""

from pathlib import Path

from pipeline import files, stage
from pipeline.stage import Parameters
from tfvae.evaluation.total_variation import total_variation_distance
from tfvae.training.jobs import named, run_jobs


def refuse(job, shared, progress):
    total_variation_distance([0], [0], 0)


def fail(job, shared, progress):
    named("no colon")


def main(
    parameters: Parameters,
    *,
    source: Path,
    all_records: list[Path],
    record: Path,
    mood: str,
    size: int | float,
    counts: list[int | float],
) -> None:
    if mood in ("refuse", "fail"):
        globals()[mood](None, None, None)
    if mood.endswith(" in a worker"):
        run_jobs("toy:" + mood.split()[0], [1, 2], None, amounts=[1, 1], label="toy", unit="job")
    if mood == "value":
        raise ValueError("a mistake of the code")
    if mood == "runtime":
        raise RuntimeError("the loss is no longer finite")
    names = ",".join(path.name for path in all_records)
    files.write_json(record, [parameters.beta, source.read_text(), names, mood, size, counts])


if __name__ == "__main__":
    stage.run(main)
'''


@pytest.fixture
def toy(tmp_path, stand_in):
    """Return a function that runs the toy stage, which needs no TensorFlow, in a folder with its inputs."""
    (tmp_path / "toy.py").write_text(TOY, encoding="utf-8")
    (tmp_path / "source").write_text("content", encoding="utf-8")
    shutil.copy(ROOT / "params.yaml", tmp_path / "params.yaml")
    shutil.copytree(ROOT / "params", tmp_path / "params")

    def run(mood, *changes):
        options = ["--source", "source", "--all-records", "x/a.json", "b.json", "--record", "out/record.json"]
        numbers = ["--size", "2", "--counts", "3", "0.5"]
        command = [sys.executable, "-m", "toy", *options, *numbers, "--mood", mood, *changes]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(stand_in), str(ROOT)])}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


def test_a_stage_gets_checked_parameters_and_paths(toy, tmp_path, committed):
    done = toy("good")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    record = json.loads((tmp_path / "out" / "record.json").read_text())
    assert record == [committed["beta"], "content", "a.json,b.json", "good", 2, [3, 0.5]]
    assert [type(value) for value in record[4:]] == [int, list] and type(record[5][0]) is int


def test_a_failed_computation_ends_with_one_message(toy, tmp_path):
    done = toy("runtime")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: the loss is no longer finite\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("mood", ["refuse", "refuse in a worker"])
def test_an_input_that_the_library_refuses_ends_with_one_message(toy, tmp_path, mood):
    done = toy(mood)
    message = done.stderr.splitlines()[-1]  # a progress bar stands above
    assert message == "error: num_classes must be at least 1 and an integer. Received: num_classes=0"
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and not (tmp_path / "out").exists()


def test_a_missing_input_ends_with_one_message(toy, tmp_path):
    done = toy("good", "--source", "absent")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ") and "absent" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_parameters_end_a_stage_before_it_begins(toy, tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(path.read_text().replace("\nbeta: 1\n", "\nbeta: two\n"))
    done = toy("runtime")
    assert done.returncode == 1
    assert done.stderr == "error: params.yaml:\n  beta: a number from 0 to 1000 is needed. Received: 'two'\n"
    path.unlink()
    assert toy("runtime").stderr == "error: params.yaml cannot be read: No such file or directory\n"


@pytest.mark.parametrize(
    ("mood", "message"),
    [
        ("value", "a mistake of the code"),
        ("fail", "not enough values to unpack"),  # inside the library
        ("fail in a worker", "not enough values to unpack"),
    ],
)
def test_a_mistake_of_the_code_shows_where_it_is(toy, tmp_path, mood, message):
    """Only `Refused` blames the input: an operation that fails is a mistake of the code, the library's too."""
    done = toy(mood)
    assert done.returncode == 1 and "Traceback" in done.stderr and message in done.stderr
    assert "error: " not in done.stderr.replace("ValueError: ", "") and not (tmp_path / "out").exists()


def test_a_refused_input_is_an_error_of_its_own_class():
    """Whoever calls the library may catch it as a ValueError; a stage tells it from any other."""
    with pytest.raises(Refused) as caught:
        total_variation_distance([0], [0], 0)
    assert isinstance(caught.value, ValueError) and type(caught.value) is not ValueError


def test_the_command_line_names_what_it_needs(tmp_path, toy):
    help_text = toy("good", "--help").stdout
    assert "Stage toy: shows what a stage gets." in help_text and "--all-records" in help_text
    shutil.copy(tmp_path / "toy.py", tmp_path / "again.py")
    done = subprocess.run(
        [sys.executable, "-m", "again"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "--source, --all-records, --record, --mood, --size, --counts" in done.stderr
