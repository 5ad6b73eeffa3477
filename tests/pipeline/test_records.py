"""What records hold: every value of a wrong type, every name too many, and another model's record are refused."""

import json
import re

import pytest
from pydantic import TypeAdapter

from pipeline import files
from pipeline.jobs.closure import ROOT
from pipeline.records import document, fields
from pipeline.records.experiment import ClassifierConfiguration, Configuration, Manifolds
from pipeline.records.kinds import KINDS, read_record
from tests.pipeline.tiny_inputs import write_inputs
from tests.pipeline.wrong_json import of_another_model, wrong_everywhere
from tfvae.evaluation.summaries import Summary

# A setting may be a text or a number there.
EITHER = {"value", "from", "to"}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Return {kind: the path of one made-up record}."""
    root = tmp_path_factory.mktemp("records")
    write_inputs(root)
    paths = {path.parent.name: path for path in sorted((root / "metrics").glob("*/*.json"))}
    return {**paths, "reproduction": root / "metrics" / "reproduction.json"}


MADE_UP = sorted(KINDS.keys() - {"headline", "legacy-offsets", "pretrained"})  # which no stage reads


@pytest.mark.parametrize("name", MADE_UP)
def test_each_wrong_value_is_told_with_its_place(name, records):
    path = records[name]
    whole, content = path.read_bytes(), json.loads(path.read_bytes())
    assert read_record(path) == content
    tried = set()
    try:
        for wrong, place, changed in wrong_everywhere(content):
            if not EITHER & {*place}:
                path.write_text(json.dumps(changed))
                with pytest.raises(files.Damaged, match=f"^{re.escape(str(path))}: ") as error:
                    read_record(path)
                message = str(error.value)
                assert ". Received: " in message and "`dvc checkout" in message, (wrong, place)
                assert place[:-2] == () or str(place[0]) in message, (wrong, place, message)
                tried.add(wrong)
    finally:
        path.write_bytes(whole)
    assert {"a text where a number stands", "a list where names stand", "a name too many"} <= tried


@pytest.mark.parametrize("name", MADE_UP)
def test_another_model_s_record_is_refused(name, records):
    path = records[name]
    whole, content = path.read_bytes(), json.loads(path.read_bytes())
    others = [other for _, other in of_another_model(content, path.stem)]
    assert len(others) == sum(str(content.get(part)) in path.stem.split("-") for part in ("dataset", "network", "beta"))
    try:
        for other in others:
            path.write_text(json.dumps(other))
            with pytest.raises(files.Damaged, match=r"its name is not that of what it holds\. Received: "):
                read_record(path)
    finally:
        path.write_bytes(whole)


def test_a_summary_of_another_dataset_is_refused(records):
    path = records["summary"].parent / "digits.json"
    content = path.read_bytes()
    path.write_bytes(path.with_name("mnist.json").read_bytes())
    try:
        with pytest.raises(files.Damaged, match="Received: mnist-mlp-1"):
            read_record(path)
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").glob("**/*.json")), ids=lambda path: path.stem)
def test_a_committed_record_is_of_its_kind(path):
    """Older code may have left out names."""
    folders = {"fid-classifier": ClassifierConfiguration, "manifolds": Manifolds}
    kind = folders.get(path.parent.parent.name) or KINDS.get(path.parent.name) or KINDS[path.stem]
    assert files.read_json(path, kind)


def test_a_name_that_is_missing_is_told_where_it_is_looked_up(tmp_path):
    path = tmp_path / "augmented-sampling" / "mnist-mlp-1.json"
    files.write_json(path, {"dataset": "mnist", "network": "mlp", "beta": 1, "samplers": {"prior": {"fid": {"n": 1}}}})
    record = read_record(path)
    with pytest.raises(files.Damaged, match="'mean' is missing"):
        record["samplers"]["prior"]["fid"]["mean"]


def test_a_stage_writes_what_its_kind_says_and_nothing_else(tmp_path):
    whole = {"precision": "float32"}
    for content, told in (({"precision": 32}, "precision: input"), ({**whole, "seed": 1}, "seed: no such name is")):
        with pytest.raises(files.Refused, match=f"manifolds.json is not written, .* {told}"):
            files.write_json(tmp_path / "manifolds.json", content, Manifolds)
    files.write_json(tmp_path / "manifolds.json", whole, Manifolds)
    assert [path.name for path in tmp_path.iterdir()] == ["manifolds.json"]


def test_the_deepest_place_is_told_where_there_are_several_types(tmp_path):
    """Layers are units, or convolutions and poolings."""
    convolution = {"filters": 8, "kernel": "abc", "stride": 1}
    files.write_json(tmp_path / "config.json", {"encoder": [convolution]})
    told = r"encoder\.0\.kernel: input should be a valid integer. Received: 'abc'"
    with pytest.raises(files.Damaged, match=told):
        files.read_json(tmp_path / "config.json", Configuration)


def test_the_page_of_records_is_up_to_date_and_says_what_each_name_means():
    document.main([str(ROOT / "docs" / "records.md"), "--check"], document.page)
    for kind in KINDS.values():
        schema = TypeAdapter(kind).json_schema()
        for key, meaning, words in document.rows(schema, schema.get("$defs", {})):
            assert meaning and words and "|" not in f"{key}{meaning}{words}", key


def test_a_summary_is_that_of_the_library():
    assert set(fields.Summary.model_fields) == set(Summary.__annotations__)
