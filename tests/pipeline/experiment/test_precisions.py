"""What records say of the precision of their models, and what is said where two stand together."""

import pytest

from pipeline.experiment.precisions import by_precision, changed, mixed, told

SUMMARY = {"mean": 0.5, "sd": None, "n": 1}
ONE = {"precision": "bfloat16", "samplers": {"prior": {"precision": SUMMARY}}}
OTHER = {"precision": "float32", "fid": SUMMARY}
NESTED = {"models": {"0.2-vae": {"precision": "float32"}, "cvae": {"precision": "bfloat16"}, "ae": OTHER}}
SILENT = {"fid": SUMMARY, "precision": 0.3}


def test_parts_are_listed_by_precision_the_most_frequent_first():
    assert by_precision([("a", ONE), ("b", OTHER), ("c", NESTED), ("d", SILENT), ("a", ONE)]) == {
        "float32": ["b", "c 0.2-vae", "c ae"], "bfloat16": ["a", "c cvae"],
    }  # fmt: skip
    assert by_precision([("", ONE)]) == {"bfloat16": ["all else"]}


@pytest.mark.parametrize("records", [[], [("a", SILENT)], [("a", ONE)], [("a", ONE), ("b", ONE), ("c", SILENT)]])
def test_nothing_is_said_of_one_precision(records):
    assert mixed(records) == ""


def test_a_mixture_is_one_sentence_that_names_the_exceptions():
    records = [("0.2-VAE", ONE), ("1-VAE", OTHER), ("2-VAE", ONE), ("5-VAE", OTHER), ("SB-VAE", ONE)]
    sentence = "Models were trained in bfloat16, but in float32: 1-VAE, 5-VAE."
    assert mixed(records) == told(by_precision(records)) == sentence
    assert mixed([("", NESTED)]) == "Models were trained in float32, but in bfloat16: cvae."


def test_one_precision_is_told_too():
    assert told(by_precision([("a", ONE)])) == "Models were trained in bfloat16."
    assert told({}) == ""


def test_a_change_is_one_line():
    before = {"digits": {"mlp": ONE, "cnn": ONE}, "mnist": {"mlp": ONE}}
    after = {"digits": {"mlp": ONE, "cnn": OTHER}, "mnist": {"mlp": OTHER}, "usps": {"mlp": OTHER}}
    line = "Precision differs: digits cnn bfloat16 -> float32, mnist mlp bfloat16 -> float32."
    assert changed(before, after) == line
    assert changed(ONE, OTHER) == "Precision differs: all bfloat16 -> float32."
    assert changed(before, before) == changed(None, after) == changed(before, None) == changed(SILENT, ONE) == ""
