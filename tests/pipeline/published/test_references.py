"""Published figures: the file itself, its parsing, and that each line has one counterpart in our records."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.experiment.measuring import FINAL_METRICS
from pipeline.jobs.closure import ROOT
from pipeline.published.counterparts import ENTRIES, Place, counterpart, values
from pipeline.published.references import COLUMNS, COMPARABLE, ORIGINS, other_half, other_runs, parse

FILE = ROOT / "references" / "figures.csv"
FIGURES = parse(FILE.read_text(encoding="utf-8"))
HEADER = ",".join(COLUMNS)
LINE = '000_thesis,mnist,mlp,0.2,fid,141.7186,thesis table 6.1,order-of-magnitude,"one, run"'


def find(model, metric, dataset="mnist", beta=None, source=""):
    matching = [
        one
        for one in FIGURES
        if (one.model, one.metric, one.dataset, one.beta) == (model, metric, dataset, beta) and source in one.source
    ]
    assert len(matching) == 1
    return matching[0]


def changed(**fields):
    row = dict(zip(COLUMNS, LINE.replace('"one, run"', "").split(","), strict=True)) | fields
    return f"{HEADER}\n{','.join(row.values())}\n"


def test_the_file_has_every_line():
    assert len(FIGURES) == 208
    assert [figure.line for figure in FIGURES] == list(range(2, 210))
    assert Counter(figure.origin for figure in FIGURES).keys() == set(ORIGINS)
    assert {figure.comparable for figure in FIGURES} == set(COMPARABLE)


def test_the_page_beside_the_file_explains_its_columns_and_values():
    page = (FILE.parent / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in (*COLUMNS, *COMPARABLE, *ORIGINS))


def test_a_line_becomes_a_record():
    (figure,) = parse(f"{HEADER}\n{LINE}\n")
    assert (figure.line, figure.model, figure.beta, figure.value, figure.note) == (2, "mlp", 0.2, 141.7186, "one, run")
    assert figure.rounding == pytest.approx(5e-5)
    assert parse(changed(value="238510"))[0].rounding == 0.5
    assert parse(changed(beta=""))[0].beta is None


def test_the_same_source_is_that_of_the_line_above():
    assert [one.source for one in FIGURES if one.origin == "nalisnick"] == [
        "second-hand: constants labelled as the paper's in third-party code"
    ] * 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the columns must be "),
        (HEADER, "line 1: there is no figure"),
        ("origin,dataset\n", "line 1: the columns must be origin,dataset,model"),
        (f"{HEADER}\n{LINE},more\n", "line 2: 9 fields are needed"),
        (f"{HEADER}\n{LINE}\n\n", "line 3: 9 fields are needed"),
        (f"{HEADER}\n{LINE}\n{LINE}\n", "line 3: it repeats line 2"),
        (f"{HEADER}\n{LINE.rstrip(chr(34))}\n", "line 2: "),
        (changed(origin="005"), "line 2: origin must be one of 000_thesis, .* Received: '005'"),
        (changed(dataset="cifar"), "line 2: dataset must be one of "),
        (changed(comparable="maybe"), "line 2: comparable must be one of "),
        (changed(value="nan"), "line 2: value must be a plain decimal number. Received: 'nan'"),
        (changed(value=""), "line 2: value must be a plain decimal number"),
        (changed(value="1e3"), "line 2: value must be a plain decimal number"),
        (changed(beta="-1"), "line 2: beta must be empty or a number of at least 0. Received: '-1'"),
        (changed(beta="x"), "line 2: beta must be empty"),
        (changed(model=" "), "line 2: model must not be empty"),
        (changed(source="same"), "line 2: no line above has a source"),
    ],
)
def test_a_malformed_line_is_named(text, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        parse(text)


def test_further_runs_are_those_of_the_same_thing():
    classifiers = [figure for figure in FIGURES if figure.model == "fid-classifier"]
    assert [len(other_runs(figure, FIGURES)) for figure in classifiers] == [5] * 6 + [3] * 4
    assert 0.9911 not in other_runs(classifiers[0], FIGURES)
    assert other_runs(find("mlp", "fid", beta=0.2, source="6.1"), FIGURES) == []


def test_halves_are_those_of_one_model():
    halves = {figure.model: other_half(figure, FIGURES) for figure in FIGURES if figure.metric == "params"}
    assert halves == {
        "ae-encoder": 239284, "ae-decoder": 238510, "vae-encoder": 239284, "vae-decoder": 241520,
        "conv-encoder": 339649, "conv-decoder": 584308,
    }  # fmt: skip
    assert {other_half(figure, FIGURES) for figure in FIGURES if figure.metric != "params"} == {0}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"line{figure.line}")
def test_every_line_has_one_counterpart(figure):
    found = counterpart(figure)  # which refuses a line that several rows mean, or none
    assert found.corrected or found.entry.remark
    assert found.corrected or not found.legacy
    assert found.entry.built or not found.corrected
    if figure.origin == "000_thesis":
        assert found.corrected


def test_every_row_of_the_table_is_needed():
    assert {counterpart(figure).entry for figure in FIGURES} == set(ENTRIES)


def test_a_line_without_counterpart_is_refused():
    unknown = replace(FIGURES[0], metric="prd")
    with pytest.raises(ValueError, match=r"^line 2: 0 counterparts for 'mlp', 'prd'"):
        counterpart(unknown)


def test_our_stages_write_what_the_table_names():
    stages = set(re.findall(r"^  ([a-z-]+):$", (ROOT / "dvc.yaml").read_text(encoding="utf-8"), re.MULTILINE))
    for entry in ENTRIES:
        assert not entry.stage or entry.stage in stages
        if entry.stage in ("main-experiments", "stick-breaking"):
            assert entry.keys in FINAL_METRICS


@pytest.mark.parametrize(
    ("figure", "corrected", "legacy"),
    [
        (
            find("cnn", "beta_x_kl", "mnist", 0.2),
            Place("main-experiments", "mnist", "cnn", 0.2, ("kl",), 0.2),
            ("models", "0.2", "beta_x_kl"),
        ),
        (
            find("mlp", "fid_z_x100", "fashion_mnist", 5),
            Place("augmented-sampling", "fashion_mnist", "mlp", 5, ("samplers", "scaled", "fid")),
            ("models", "5", "fid_scaled"),
        ),
        (
            find("sb-cnn", "kl"),
            Place("stick-breaking", "mnist", "cnn", None, ("kl",)),
            ("models", "clamped_stick_breaking", "beta_x_kl"),
        ),
        (
            find("mlp-grid13", "tvd_max", beta=1),
            Place("preliminary-grid", "mnist", "mlp", 1, ("candidates", "e13-d13", "max_class_gap_without_class_zero")),
            ("grid", "e13-d13", "tvd_max"),
        ),
        (
            find("cnn-grid23", "fid", beta=1),
            Place("preliminary-grid", "mnist", "cnn", 1, ("candidates", "e5-d3", "fid")),
            ("grid", "e5-d3", "fid"),
        ),
        (
            find("cnn-pareto0", "fid", beta=1),
            Place("pareto-select", "mnist", "cnn", None, ("long", "e5-d0", "fid")),
            None,
        ),
        (
            find("fid-classifier", "test_accuracy", source="Experiment_1"),
            Place("train-fid-classifier", "mnist", None, None, ("accuracy",)),
            None,
        ),
    ],
    ids=lambda value: f"{value.model}-{value.metric}" if hasattr(value, "model") else None,
)
def test_known_counterparts(figure, corrected, legacy):
    found = counterpart(figure)
    assert found.corrected == corrected
    assert (found.legacy and found.legacy.keys) == legacy
    assert found.legacy is None or (found.legacy.stage, found.legacy.beta) == ("legacy-experiments", None)


def test_the_architectures_that_the_thesis_chose_have_the_lowest_fid_of_their_front():
    for network, chosen in (("mlp", "e13-d13"), ("cnn", "e5-d0")):
        front = [figure for figure in FIGURES if figure.model.startswith(f"{network}-pareto")]
        best = min(front, key=lambda figure: figure.value)
        assert counterpart(best).corrected.keys[1] == chosen


SUMMARY = {"mean": 2.5, "sd": 0.7, "n": 2, "values": [2, 3]}
RECORDS = {
    ("main-experiments", "mnist", "mlp", 0.2): {"kl": SUMMARY},
    ("preliminary-grid", "mnist", "mlp", 1.0): {"candidates": [{"name": "a"}, {"name": "e1-d1", "fid": SUMMARY}]},
    ("pareto-select", "mnist", "mlp", None): {"long": [{"candidate": "e1-d1", "fid": 7.5}]},
}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("main-experiments", "mnist", "mlp", 0.2, ("kl",), 0.2), [0.4, 0.6]),
        (Place("preliminary-grid", "mnist", "mlp", 1, ("candidates", "e1-d1", "fid")), [2, 3]),
        (Place("preliminary-grid", "mnist", "mlp", 1, ("candidates", "e2-d2", "fid")), []),
        (Place("preliminary-grid", "mnist", "mlp", 1, ("candidates", "a", "fid")), []),
        (Place("pareto-select", "mnist", "mlp", None, ("long", "e1-d1", "fid")), [7.5]),
        (Place("main-experiments", "mnist", "cnn", 0.2, ("kl",)), []),
        (Place("main-experiments", "mnist", "mlp", 0.2, ("kl", "mean", "deeper")), []),
        (None, []),
    ],
)
def test_values_are_looked_up(place, expected):
    assert values(place, RECORDS) == pytest.approx(expected)
