"""Whole files: the committed ones mean what they say, and what is no parameter file is refused."""

import warnings

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.jobs.provenance import job_keys
from pipeline.params.loading import ParameterError, load_architectures, load_parameters
from tests.pipeline.params.parameter_files import (
    BASES,
    COMMITTED,
    CONTENTS,
    EACH_FILE,
    FILES,
    PARTS,
    as_written,
    copy_files,
    load,
    load_from,
    loaded,
    paths,
    refusal,
    replaced,
)


def test_the_committed_files_are_valid():
    parameters = load_from(ROOT, "params")
    architectures = load_architectures(ROOT / "architectures.yaml", parameters)
    assert as_written(parameters) == {**COMMITTED, "user_datasets": {}} and as_written(architectures) == PARTS


def test_what_is_said_of_a_dataset_is_common_or_its_own():
    parameters = load_parameters(ROOT / "params.yaml")
    section = COMMITTED["stick_breaking"]
    assert vars(parameters.stick_breaking.of("mnist", "cnn")) == {**section["common"], **section["mnist"]["cnn"]}
    section = COMMITTED["train_fid_classifier"]
    assert vars(parameters.train_fid_classifier.of("digits")) == {**section["common"], **section["digits"]}


def test_settings_have_the_key_of_their_content():
    """So that jobs which get them are found again, whatever the settings are kept in."""
    settings = load_parameters(ROOT / "params.yaml").manifolds.of("mnist", "cnn")
    keys = [job_keys("pipeline.files:read_json", [job], None) for job in (settings, dict(settings), {"steps": 1})]
    assert keys[0] == keys[1] != keys[2]


@EACH_FILE
def test_the_reduced_files_are_valid_and_mean_what_they_say(tmp_path, file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = as_written(load(tmp_path, BASES[file], file), file)
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
    copy_files(tmp_path)
    path = tmp_path / "params.yaml"
    path.write_bytes(b"\xff\xfe\x00beta")
    with pytest.raises(ParameterError, match="is not valid YAML"):
        load_parameters(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"absent\.yaml cannot be read: No such file"):
        load_parameters(tmp_path / "absent.yaml")
    with pytest.raises(ParameterError, match="cannot be read"):
        load_parameters(tmp_path)


def test_an_absent_file_is_named_beside_what_is_wrong_in_others(tmp_path):
    copy_files(tmp_path)
    (tmp_path / FILES["legacy"]).unlink()
    (tmp_path / FILES["vq_vae"]).write_text("vector_quantised: 1\n", encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load_parameters(tmp_path / "params.yaml")
    absent, head, line = str(caught.value).splitlines()
    assert absent == f"{tmp_path}/params/legacy.yaml cannot be read: No such file or directory"
    assert head == f"{tmp_path}/params/vq_vae.yaml:" and line.startswith("  vector_quantised: ")


@pytest.mark.parametrize("name", ["other.yaml", "legacy.yml", "params.yaml"])
def test_another_file_in_the_folder_is_refused(tmp_path, name):
    copy_files(tmp_path)
    (tmp_path / "params" / name).write_text("beta: 1\n", encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load_parameters(tmp_path / "params.yaml")
    [line] = str(caught.value).splitlines()
    assert line.startswith(
        f"{tmp_path}/params/{name} is no parameter file; these are params.yaml, params/variants.yaml"
    )


def test_what_is_no_yaml_file_may_lie_in_the_folder(tmp_path):
    copy_files(tmp_path)
    (tmp_path / "params" / "legacy.yaml~").touch()
    load_parameters(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("section", "file", "other"),
    [("colour", "colour_images", "params"), ("beta", "params", "legacy"), ("conditional", "conditional_vae", "vq_vae")],
)
def test_a_section_in_the_wrong_file_is_told_where_it_belongs(section, file, other):
    moved = dict(BASES[file])
    others = BASES | {other: BASES[other] | {section: moved.pop(section)}}
    lines = refusal(moved, file, others).splitlines()
    assert lines[lines.index(f"{FILES[file]}:") + 1].startswith(f"  {section}: this parameter is missing")
    assert lines[lines.index(f"{FILES[other]}:") + 1] == f"  {section}: this belongs in {FILES[file]}"
    assert len(lines) == 4


def test_mistakes_of_several_files_stand_under_their_names():
    others = BASES | {"legacy": replaced(("legacy_experiments", "common", "scale"), 0, "legacy")}
    lines = refusal(replaced(("beta",), "two"), "params", others).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "params.yaml", "  beta", "params/legacy.yaml", "  legacy_experiments.common.scale",
    ]  # fmt: skip


def test_what_needs_two_files_is_told_in_that_of_the_key():
    others = CONTENTS | {"params": CONTENTS["params"] | {"latent_datasets": ["fashion_mnist"]}}
    assert refusal(CONTENTS["vq_vae"], "vq_vae", others).splitlines() == [
        "params/latent_spaces.yaml:",
        "  latent_analysis.fashion_mnist: every dataset of the study needs its entry there; 'latent_datasets' names it",
    ]
    assert loaded(CONTENTS["vq_vae"], "vq_vae", CONTENTS).latent_datasets == ["digits", "mnist"]
