"""The receipt of made-up findings: for a terminal, as data, and as Markdown; nothing in it names a machine."""

import json
import re
import socket
from pathlib import Path

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.verification import receipt
from pipeline.verification.rule import Number, Spread, judge

SPREAD = Spread(0.1, 6, logarithmic=True)
KINDS = {"files and their checksums in dvc.lock": [], "code and its fingerprints in metrics/code": []}


def findings(*numbers, descriptions=(), **lines):
    return receipt.Findings(
        judge(numbers),
        {"main-experiments/digits-mlp-1": ("bfloat16", "float32")},
        descriptions,
        {"metrics/fid-classifier/digits": True},
        {**KINDS, **lines},
    )


def number(name, recorded, here, spread=SPREAD):
    return Number("main-experiments/digits-mlp-1", name, recorded, here, spread)


SAME = number("fid", [40.0, 50.0], [40.0, 50.0])
WITHIN, OFF = number("kid", [4.0, 5.0], [4.4, 5.0]), number("kl", [4.0, 5.0], [-4.0, -5.0])
STICKS = [number(f"sticks.{place}", [0.5], [0.4], None) for place in range(3)]


@pytest.fixture
def about(monkeypatch):
    """What is told of this machine, with two settings."""
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    monkeypatch.setenv("TF_XLA_FLAGS", "--dump=/home/somebody/secret")
    return receipt.machine(ROOT)


def test_the_verdict_is_one_sentence():
    passed = findings(SAME, WITHIN, *STICKS)
    assert not passed.is_off and passed.sentence == (
        "Nothing is off. Of 5 numbers that were trained again 1 the same, 1 within the spread over seeds and 3 not "
        "judged; committed files, parameters and code agree."
    )
    failed = findings(SAME, OFF, more=["a: missing"])
    assert failed.is_off and failed.sentence == (
        "Something is off. Of 2 numbers that were trained again 1 the same and 1 off; 1 disagreement among committed "
        "files, parameters and code."
    )


@pytest.mark.parametrize(
    "found", [findings(OFF), findings(SAME, descriptions=["a seeds: recorded 0, here 1"]), findings(SAME, more=["a"])]
)
def test_each_kind_of_error_is_off(found):
    assert found.is_off


def test_the_table_has_a_row_for_each_number_and_one_for_those_that_are_not_judged(about):
    lines = receipt.text(findings(SAME, OFF, *STICKS), about).splitlines()
    cells = [re.split(r"\s{2,}", line) for line in lines[:4]]
    assert cells[0] == ["record", "number", "recorded", "here", "within", "verdict"]
    assert cells[1][1:4] == ["fid", "45", "45"] and cells[1][-1] == "same"
    assert cells[2][1:4] == ["kl", "4.5", "-4.5"] and cells[2][-1] == "off"
    assert cells[3][1:] == ["sticks (3)", "-", "-", "-", "no spread"]
    assert "metrics/fid-classifier/digits: same bytes." in lines
    assert "Recorded in bfloat16, here in float32: main-experiments/digits-mlp-1." in lines


def test_long_lists_are_cut_in_the_text_and_whole_in_the_data(about):
    found = findings(SAME, more=[f"line {number}" for number in range(20)])
    told = receipt.text(found, about)
    assert "More: 20 off." in told and "line 11" in told and "line 12" not in told and "and 8 more" in told
    assert len(receipt.content(found, about)["disagreements"]["more"]) == 20


def test_data_hold_every_value_with_its_interval(about):
    content = json.loads(json.dumps(receipt.content(findings(WITHIN, STICKS[0]), about), allow_nan=False))
    assert content["verdict"] == "nothing off" and content["machine"]["settings"][0] == "ONEDNN_MAX_CPU_ISA=AVX2"
    first, second = content["numbers"]
    assert first["recorded"] == [4.0, 5.0] and first["here"] == [4.4, 5.0] and first["verdict"] == "within"
    assert first["within"][0] < 4.7 < first["within"][1]
    assert first["spread"] == {"sd": 0.1, "degrees": 6, "of_logarithms": True}
    assert second["spread"] is second["within"] is None


def test_endless_degrees_of_freedom_are_null(about):
    endless = number("accuracy", [0.9], [0.8], Spread(0.1, float("inf"), logarithmic=False))
    assert receipt.content(findings(endless), about)["numbers"][0]["spread"]["degrees"] is None


def test_markdown_begins_with_the_verdict_and_names_what_is_off(about):
    lines = receipt.markdown(findings(SAME, OFF, more=["a: missing"]), about).splitlines()
    assert lines[0].startswith("**Something is off.") and lines[2] == "- off: main-experiments/digits-mlp-1 kl"
    assert "- More: 1 off." in lines and "    - a: missing" in lines
    assert "| main-experiments/digits-mlp-1 | fid | 45 | 45 |" in "\n".join(lines)


def test_no_machine_no_path_and_no_date_is_named(about):
    found = findings(SAME, WITHIN, OFF, *STICKS)
    told = receipt.text(found, about) + receipt.markdown(found, about) + json.dumps(receipt.content(found, about))
    assert "TF_XLA_FLAGS=(a path)" in told and "ONEDNN_MAX_CPU_ISA=AVX2" in told
    for secret in (socket.gethostname(), str(Path.home()), str(ROOT), "/home", "somebody"):
        assert secret in ("", "/") or secret not in told
    assert not re.search(r"20\d\d-\d\d|\d\d:\d\d", told)


def test_without_git_there_is_no_commit(tmp_path):
    about = receipt.machine(tmp_path)
    assert about["commit"] is about["changed"] is None
    assert "Commit" not in receipt.text(findings(SAME), about)
