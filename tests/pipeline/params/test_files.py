"""Whole files: the committed ones mean what they say, and what is no parameter file is refused."""

import warnings

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.params.loading import ParameterError, load_architectures, load_parameters
from tests.pipeline.params.parameter_files import BASES, COMMITTED, EACH_FILE, PARTS, as_written, load, paths


def test_the_committed_files_are_valid():
    parameters = load_parameters(ROOT / "params.yaml")
    architectures = load_architectures(ROOT / "architectures.yaml", parameters)
    assert as_written(parameters) == COMMITTED and as_written(architectures) == PARTS


def test_what_is_said_of_a_dataset_is_common_or_its_own():
    parameters = load_parameters(ROOT / "params.yaml")
    section = COMMITTED["stick_breaking"]
    assert vars(parameters.stick_breaking.of("mnist", "cnn")) == {**section["common"], **section["mnist"]["cnn"]}
    section = COMMITTED["train_fid_classifier"]
    assert vars(parameters.train_fid_classifier.of("digits")) == {**section["common"], **section["digits"]}


@EACH_FILE
def test_the_reduced_files_are_valid_and_mean_what_they_say(tmp_path, file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = as_written(load(tmp_path, BASES[file], file))
    assert dict(paths(content)) == dict(paths(BASES[file]))


def test_a_candidate_is_its_encoder_and_its_decoder(tmp_path):
    parts = BASES["architectures"]
    assert load(tmp_path, parts, "architectures").cnn.candidate("e5-d1") == {
        "name": "e5-d1",
        "encoder": parts["cnn"]["encoders"]["e5"],
        "decoder": parts["cnn"]["decoders"]["d1"],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("beta: 1\nbeta: 2\n", 'is not valid YAML: while constructing a mapping .* duplicate key "beta"'),
        ("beta: [1\n", "is not valid YAML"),
        ("beta: *other\n", "line 1: anchors"),
        ("beta: 1\n---\nbeta: 2\n", "is not valid YAML: expected a single document"),
        ("beta: 1\nmodel: !!python/object:os.system x\n", r"line 2: anchors \(&\), aliases \(\*\) and tags \(!\) are"),
        ("beta: !!binary MQ==\n", "line 1: anchors"),
        ("beta: !!int two\n", "line 1: anchors"),
        ("beta: ! 1\n", "line 1: anchors"),
        ("beta: &one 1\n", "line 1: anchors"),
        ("beta: 1\nsame: &a [*a]\n", "line 2: anchors"),
        ("%YAML 1.1\n---\nbeta: +_\n", "is not valid YAML"),
        ("beta: 2020-13-45\n", "is not valid YAML: month"),
        ("[" * 600, "is nested more than 20 levels deep"),
        ("beta: " + "{a: " * 500_000, "is nested more than 20 levels deep"),
        ("\x00", "is not valid YAML: unacceptable character"),
        ("", "must be a mapping of names to values. Received: None"),
        ("- beta\n", r"must be a mapping of names to values. Received: \['beta'\]"),
        ("beta\n", "must be a mapping of names to values. Received: 'beta'"),
    ],
    ids=lambda text: text[:20],
)
def test_other_files_are_explained(tmp_path, text, message):
    with pytest.raises(ParameterError, match=message):
        load(tmp_path, text)


def test_a_file_that_is_no_text_is_explained(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_bytes(b"\xff\xfe\x00beta")
    with pytest.raises(ParameterError, match="is not valid YAML"):
        load_parameters(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"absent\.yaml cannot be read: No such file"):
        load_parameters(tmp_path / "absent.yaml")
    with pytest.raises(ParameterError, match="cannot be read"):
        load_parameters(tmp_path)
