"""Wrong inputs: whatever a stage reads or is told is named in one message, before any work, and nothing is written."""

import pickle
import sys
from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib import import_module
from inspect import get_annotations
from pathlib import Path

import numpy as np
import pytest

from pipeline import ahead, compare, files, stage, times
from pipeline.experiment import drawing
from pipeline.experiment.datasets import read_dataset, write_dataset
from pipeline.jobs import times as jobs_times
from pipeline.jobs.closure import ROOT
from pipeline.jobs.provenance import digest
from pipeline.jobs.resumable import CHECKPOINTS, Pending, planning
from pipeline.params.fields import image_shape
from pipeline.params.loading import load_architectures, load_parameters
from pipeline.params.own_images import UserDataset, UserDatasetName
from pipeline.readme import __main__ as readme
from tests.pipeline.pages.further_records import png
from tests.pipeline.pipeline_file import (
    CHECK,
    CODE,
    DIGESTS,
    FINGERPRINT,
    MINE,
    command_paths,
    items,
    load_stages,
    module_of,
    options,
    resolved,
    written,
)
from tests.pipeline.tiny_inputs import write_inputs
from tests.pipeline.wrong_json import wrong
from tfvae.data import flower_patches, flowers102, load, usps

STAGES = load_stages()
READ_NO_DATA = {
    FINGERPRINT,
    CHECK,
    "download",
    "import-images",
    "disentanglement",
}  # but code, parameters, and what tfvae.data looks after
DOORS = [name for name in STAGES if name not in READ_NO_DATA]
PARAMETERS = load_parameters(ROOT / "params.yaml").model_copy(update={"user_datasets": {"mine": UserDataset(**MINE)}})
ARCHITECTURES = "architectures.yaml"  # a file of parameters, like params.yaml
# They join what is there of a dataset, and leave out what is not.
JOIN = {"dataset-report", "own-report", "report", "reproduction"}
# What a record lacks is "not measured" there.
MAY_LACK = {"reproduction"}
PAGE = b"<!DOCTYPE html>\n<html><head><title>502, Bad Gateway</title></head><body>a, b</body></html>\n"


def resolved_of(name, text):
    """Return a text of a stage for one of its items, of the digits if there is one."""
    item = next((item for item in items(STAGES[name]) if item.get("dataset") == "digits"), items(STAGES[name])[0])
    return resolved(text, item)


def command_of(name):
    return resolved_of(name, STAGES[name]["cmd"])


def draw(*content):
    """Stand for what draws: look up a name in each record and each set of arrays that it is given, and draw nothing."""
    waiting = [*content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, files.Named):
            one[next((name for name in NAMES if name in one), "any name")]
        elif is_dataclass(one) or isinstance(one, list | Mapping):
            waiting += one if isinstance(one, list) else (vars(one) if is_dataclass(one) else one).values()
    yield "figure", None


OFFSETS = {"active": 1.0, "offset": 0.0, "negative_share": 0.5}
NAMES = ("models", "samplers", "architecture", "fid", "fid_floor", "frames", "beta_1|plain", "trials", "any")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    root = tmp_path_factory.mktemp("inputs")
    write_inputs(root)
    return root


@pytest.fixture
def run(inputs, monkeypatch):
    """Return a function that runs a stage up to its jobs or its outputs, and returns which inputs it has read.

    What draws and measures is not under test here. The stage's messages end it as they do on the command line.
    """
    monkeypatch.chdir(inputs)
    monkeypatch.setattr(stage, "load_parameters", lambda path: PARAMETERS)
    monkeypatch.setattr(stage.lifetime, "end_with_parent", lambda parent: None)
    monkeypatch.setattr(drawing, "figure_to_png", lambda *_: b"")
    architectures = load_architectures(ROOT / ARCHITECTURES)
    stubs = {"load_architectures": lambda *_: architectures, "draw": draw, "measure": lambda *_: OFFSETS}

    def run(name, *more):
        module, read, read_bytes = import_module(module_of(STAGES[name])), {}, Path.read_bytes

        def noted(path):
            read[path] = None
            return read_bytes(path)

        with monkeypatch.context() as patch, files.read_only(), planning():
            for attribute in stubs.keys() & vars(module).keys():
                patch.setattr(module, attribute, stubs[attribute])
            patch.setattr(sys, "argv", [*command_of(name).split()[2:], *more])
            patch.setattr(Path, "read_bytes", noted)
            with pytest.raises((Pending, files.ReadOnly)):
                stage.run(module.main)
        own = [CHECKPOINTS.folder, *(resolved_of(name, path) for path in written(STAGES[name]))]
        return [path for path in read if not any(path.is_relative_to(one) for one in own)]

    return run


@pytest.mark.parametrize("name", DOORS)
def test_a_stage_reads_what_it_depends_on(name, run):
    """So that no input of a stage, nor a new stage, escapes the damage below."""
    read = run(name)
    for path in (resolved_of(name, path) for path in STAGES[name]["deps"]):
        if not path.startswith((f"{CODE}/", f"{DIGESTS}/", ARCHITECTURES)):
            assert any(one.is_relative_to(path) for one in read), path


def other_images(path):
    content = files.read_npz(path)
    return files.npz_bytes({**content, **{name: content[name][:, :14, :14] for name in ("x_train", "x_test")}})


def no_last(path, *names):
    """Return the bytes of arrays of which those with these names, or all, lack their last entry."""
    content = files.read_npz(path)
    return files.npz_bytes({name: a[:-1] if name in (names or content) else a for name, a in content.items()})


def other_arrays(path):
    return files.npz_bytes({"x": np.zeros(3)})


OF_ALL = {
    "empty": lambda path: b"",
    "truncated": lambda path: path.read_bytes()[: path.stat().st_size // 2],
    "a page": lambda path: PAGE,
    "in UTF-16": lambda path: path.read_bytes().decode("latin-1").encode("utf-16"),
    "brackets": lambda path: b"[]",
    "text": lambda path: b"It is not here.\n",
}
OF_ENDING = {
    ".json": {"other names": lambda path: b'{"x": {}}', "no names": lambda path: b"{}", "arrays": other_arrays},
    ".npz": {"other arrays": other_arrays, "no arrays": lambda path: files.npz_bytes({})},
    ".csv": {"other columns": lambda path: b"x,y\n1,2\n", "cut": lambda path: path.read_bytes()[:-2]},
    ".png": {"cut": lambda path: path.read_bytes()[:-2], "arrays": other_arrays},
    ".html": {"a picture": lambda path: png((2, 2))},
}
OF_PLACE = {
    "data/*.npz": {"other images": other_images, "a label less": lambda path: no_last(path, "y_test")},
    "**/weights.npz": {
        "a layer less": lambda path: files.weights_bytes(files.read_weights(path)[:-1]),
        "other shapes": lambda path: files.weights_bytes([weight[:-1] for weight in files.read_weights(path)]),
    },
    "metrics/fid-classifier/*/config.json": {
        "other classes": lambda path: files.json_bytes({**files.read_json(path), "num_classes": 9})
    },
    "metrics/fid-classifier/*/reference.npz": {"an image less": lambda path: no_last(path, "features")},
}


def damages(path):
    """Return {what is wrong: the damaged content of a file}."""
    of_place = [more for pattern, more in OF_PLACE.items() if path.match(pattern)]
    makers = OF_ALL | OF_ENDING[path.suffix] | {kind: make for more in of_place for kind, make in more.items()}
    return {kind: make(path) for kind, make in makers.items()} | (wrong(path) if path.suffix == ".json" else {})


def one_of_each_kind(paths):
    """Return the last of the paths of each kind, so that all that is read before it is right."""
    kinds = {}
    for path in paths:
        place = path.parts[:3] if path.parts[1] == "figure-data" else path.parts[: min(2, len(path.parts) - 1)]
        kinds[place, path.name if len(path.parts) > 3 else path.suffix] = path
    return kinds.values()


@pytest.mark.parametrize("name", DOORS)
def test_a_damaged_input_is_one_message_and_nothing_is_written(name, run):
    for path in one_of_each_kind(run(name)):
        whole = path.read_bytes()
        cases = damages(path) | ({} if name in JOIN else {"absent": None})
        if name in MAY_LACK:
            cases.pop("other names", None)
        for kind, content in cases.items():
            path.unlink()
            if content is not None:
                path.write_bytes(content)
            try:
                with pytest.raises(SystemExit) as end:
                    run(name)
            except BaseException as error:
                raise AssertionError(f"{path}, {kind}") from error
            finally:
                path.write_bytes(whole)
            message = str(end.value.code)  # the status is 1
            assert message.startswith(f"error: {path}: ") and "\n" not in message, kind
            assert f"`dvc checkout {path}`" in message and "`dvc repro -f -s <stage>`" in message


@pytest.mark.parametrize("name", [name for name in DOORS if ahead.asks_for_jobs(STAGES[name]["cmd"])])
def test_a_run_ahead_tells_of_the_same_damage(name, run, inputs):
    command, path = command_of(name), run(name)[-1]
    whole = path.read_bytes()
    path.write_bytes(b"")
    try:
        with pytest.raises(files.Damaged, match=f"^{path}: "):
            ahead.plan(command)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", DOORS)
def test_a_path_that_is_not_there_is_one_message(name, run):
    outputs = written(STAGES[name])
    for option, values in options(STAGES[name]).items():
        if command_paths(STAGES[name]) - {*outputs, ARCHITECTURES} & {*values}:
            with pytest.raises(SystemExit) as end:
                run(name, f"--{option.replace('_', '-')}", "plots/nowhere")
            assert str(end.value.code).startswith("error: ") and "plots/nowhere" in end.value.code


BETA = "a number from 0 to 1000 is needed"
WRONG = {
    "dataset": {"nope": "known datasets are ", "Digits": "known datasets are ", "": "known datasets are "},
    "reference": {"nope": "known datasets are "},
    "network": {"rnn": "known networks are mlp, cnn", "leaky_mlp": "known networks are mlp, cnn"},
    UserDatasetName: {
        "Mine": "string should match pattern",
        "../x": "string should match pattern",
        "": "string should match pattern",
        "mnist": "a dataset of the study has this name",
    },
    "beta": {"abc": BETA, "-1": BETA, "nan": BETA, "1001": BETA, "1.0": "write 1 instead of 1.0"},
}


@pytest.mark.parametrize("name", [*DOORS, "download", "import-images"])
def test_a_wrong_value_of_an_option_is_one_message(name, run, capsys):
    kinds = get_annotations(import_module(module_of(STAGES[name])).main, eval_str=True)
    for option, kind in kinds.items():
        for value, allowed in WRONG.get(kind if kind == UserDatasetName else option.removesuffix("s"), {}).items():
            with pytest.raises(SystemExit) as end:
                run(name, f"--{option}={value}")
            message = capsys.readouterr().err.splitlines()[-1]
            assert end.value.code == 2 and f"error: argument --{option}: {allowed}" in message
            assert "Received: " in message


def test_a_dataset_that_the_parameters_do_not_have_is_one_message(run):
    with pytest.raises(SystemExit) as end:
        run("latent-analysis", "--dataset", "fashion_mnist")
    assert end.value.code == "error: the parameters of this stage are of digits, mnist. Received: 'fashion_mnist'"


def test_images_that_the_parameters_do_not_have_are_one_message(run):
    with pytest.raises(SystemExit) as end:
        run("own-images", "--dataset", "other")
    assert end.value.code == "error: user_datasets in params.yaml has mine. Received: 'other'"


def test_too_few_images_for_a_batch_are_one_message(run, inputs):
    path = Path("data/mine.npz")
    whole, content = path.read_bytes(), files.read_npz(path)
    files.write_npz(path, {name: array[:63] for name, array in content.items()})
    try:
        with pytest.raises(SystemExit) as end:
            run("own-images")
    finally:
        path.write_bytes(whole)
    assert str(end.value.code).startswith(f"error: {path}: at least 64 training and 6 test images are needed")
    assert end.value.code.endswith("Received: 63 and 20")


@pytest.mark.parametrize("content", [b"", b"[]", PAGE, "é".encode("utf-16")], ids=["empty", "[]", "page", "UTF-16"])
@pytest.mark.parametrize(
    ("main", "line", "name"),
    [
        (compare.main, ["HEAD", "--targets", "{path}"], "headline.json"),
        (times.main, [], "times.csv"),
        (readme.main, ["summary", "{path}"], "digits.json"),
        (readme.main, ["tables", "{path}", "README.md"], "PAGE.md"),
        (readme.main, ["findings", "README.md", "--metrics", "{folder}"], "legacy-experiments/mnist-mlp.json"),
    ],
    ids=["compare", "times", "summary", "tables", "findings"],
)
def test_what_people_run_names_a_damaged_file(main, line, name, content, tmp_path, monkeypatch, capsys):
    path = tmp_path / name
    files.write_bytes(path, content)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(jobs_times, "COSTS", path)
    monkeypatch.setattr(sys, "argv", [name, *(part.format(path=path, folder=tmp_path) for part in line)])
    with pytest.raises(SystemExit) as end:
        sys.exit(main())
    message = capsys.readouterr().err if end.value.code == 1 else f"{end.value.code}\n"
    assert message.startswith("error: ") and str(path) in message and message.count("\n") == 1


def test_what_a_file_lacks_is_told_wherever_it_is_looked_up(tmp_path):
    """In each part of it, in a worker, too; for a key of jobs it is the mapping that it holds."""
    path, content = tmp_path / "a.json", {"b": {"c": [1, {"d": 2}]}}
    files.write_json(path, content)
    read = pickle.loads(pickle.dumps(files.read_json(path)))
    assert read == content and digest(read) == digest(content)
    for part in (read, read["b"], read["b"]["c"][1]):
        with pytest.raises(files.Damaged, match=r"a\.json: 'e' is missing"):
            part["e"]


def test_a_dataset_comes_back_as_it_is_loaded(tmp_path):
    loaded = load("digits")
    write_dataset(tmp_path / "digits.npz", loaded)
    for name, array in read_dataset(tmp_path / "digits.npz", "digits").items():
        np.testing.assert_array_equal(array, getattr(loaded, name))


def test_other_datasets_have_the_shapes_that_are_told_of_them():
    sides = {"usps": usps._SIZE, "flower_patches": flower_patches.SIZE, "flowers102": flowers102.SIZE}
    assert {name: image_shape(name)[:2] for name in sides} == {name: (side, side) for name, side in sides.items()}
