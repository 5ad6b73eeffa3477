"""The join of published figures with our records: nothing is missing, nothing invented, and defects explain effects."""

import csv
import io
import itertools
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from pipeline import files
from pipeline.experiment import joins
from pipeline.params.loading import load_parameters
from pipeline.published.counterparts import BY_BETA, CLAMPED, LEGACY, counterpart
from pipeline.published.record import (
    NOT_MEASURED,
    NOT_REPEATED,
    VOID_REASON,
    by_chance,
    by_key,
    effects,
    flat,
    reproduction,
)
from pipeline.published.references import parse
from pipeline.published.rule import Measured, judge
from pipeline.published.verdicts import Verdict
from pipeline.reproduction import main, settings
from pipeline.stage import number
from tests.pipeline.pipeline_file import ROOT, load_yaml, options
from tfvae.evaluation.summaries import summarize

FIGURES = parse((ROOT / "references" / "figures.csv").read_text(encoding="utf-8"))
STAGE = load_yaml("dvc.yaml")["stages"]["reproduction"]
METRICS = ("loss", "mse", "beta_x_kl", "fid", "fid_scaled", "tvd_max")
GRID = "preliminary-grid"
SWITCHES = {"epsilons": ("frozen", "all_random"), "losses": ("last_batch", "test_set")}


def metrics(**values):
    return {metric: summarize(values.get(metric, [1.0, 1.1, 1.2])) for metric in METRICS}


OF_LEGACY = {
    "dataset": "mnist",
    "network": "mlp",
    "steps": 5000,
    "published": {switch: values[0] for switch, values in SWITCHES.items()},
    "corrected": {switch: values[1] for switch, values in SWITCHES.items()},
    "models": {
        "0.5": metrics(beta_x_kl=[0.14, 0.147, 0.153]),
        CLAMPED: {**metrics(beta_x_kl=[10.1346, 10.1346, 10.1346]), "mse_trained_noise": summarize([52.7])},
    },
    "ablation": {
        "0.5": {
            "epsilons": metrics(beta_x_kl=[3.9, 4.0, 4.2]),
            "losses": metrics(beta_x_kl=[0.13, 0.14, 0.16]),
        },
        CLAMPED: {"losses": metrics(beta_x_kl=[10.1346, 10.1346, 10.1346])},
    },
    "test_contrast": 0.9,
    "augmented": [{"name": "squared_error-0.001-5000", "steps": 5000}],
}
MAIN = {"dataset": "mnist", "network": "mlp", "beta": 0.5, "kl": summarize([8.0, 8.4, 8.6])}
RECORDS = by_key([("legacy-experiments", "mnist-mlp", OF_LEGACY), ("main-experiments", "mnist-mlp-0.5", MAIN)])
RECORD = reproduction(FIGURES, RECORDS, (), {})


def committed_records():
    """Return what the stage reads, of the committed records."""
    arguments = options(STAGE)
    paths = [
        path
        for folder in arguments["records"]
        if (ROOT / folder).is_dir()  # the stage has run
        for dataset in arguments["datasets"]
        for path in joins.of_dataset(ROOT / folder, dataset, [number(beta) for beta in arguments["betas"]])
    ]
    contents = {path: files.read_json(path) for path in paths}
    records = by_key((*joins.maker(path, content), content) for path, content in contents.items())
    return records | settings(load_parameters(ROOT / "params.yaml"), arguments["datasets"])


@pytest.fixture(scope="module")
def committed_record():
    return reproduction(FIGURES, committed_records(), (), {})


def find(model, metric, beta=None, dataset="mnist", record=RECORD):
    wanted = (dataset, model, metric, beta)
    [found] = [e for e in record["figures"] if (e["dataset"], e["model"], e["metric"], e["beta"]) == wanted]
    return found


@pytest.mark.parametrize("records", [{}, RECORDS], ids=["no record", "some records"])
def test_every_line_of_the_file_has_one_verdict(records):
    rows = list(csv.DictReader(io.StringIO((ROOT / "references" / "figures.csv").read_text(encoding="utf-8"))))
    record = reproduction(FIGURES, records, (), {})
    assert [entry["line"] for entry in record["figures"]] == list(range(2, len(rows) + 2))
    for row, entry in zip(rows, record["figures"], strict=True):
        for name in ("origin", "dataset", "model", "metric", "comparable", "note"):
            assert entry[name] == row[name]
        assert entry["published"] == float(row["value"])
        assert entry["verdict"] in get_args(Verdict)
        assert (entry["verdict"] == row["comparable"]) == (row["comparable"] in ("void", "unverified"))
        if entry["verdict"] in ("void", "not built yet", "not measured"):
            assert entry["reason"]
        assert entry["reason"].startswith(VOID_REASON) == (row["comparable"] == "void")
    if not records:
        assert record["by_chance"] == record["counts"]  # whatever is dealt, nothing is compared
    counted = Counter((entry["origin"], entry["verdict"]) for entry in record["figures"])
    assert {(o, v): n for o, found in record["counts"].items() for v, n in found.items()} == counted


def test_every_deal_of_values_gives_each_line_a_verdict():
    for counts in (RECORD["counts"], RECORD["by_chance"]):
        totals = {origin: sum(of.values()) for origin, of in counts.items()}
        assert totals == pytest.approx(Counter(figure.origin for figure in FIGURES))


def test_chance_deals_the_values_of_a_kind(committed_record):
    """By all deals of the four beta's FIDs of table C.1, dense networks on Fashion-MNIST, to our values."""
    lines = [figure for figure in FIGURES if figure.line in (42, 44, 46, 48)]
    ours = {entry["line"]: entry for entry in committed_record["figures"]}
    counts = Counter()
    for deal in itertools.permutations(lines):
        for dealt, line in zip(deal, lines, strict=True):
            values = Measured(ours[line.line]["corrected"]["values"], ours[line.line]["legacy"]["values"])
            counts[judge(replace(line, value=dealt.value, rounding=dealt.rounding), values).verdict] += 1 / 24
    measured = {key: of for key, of in committed_records().items() if key[0] in ("augmented-sampling", LEGACY)}
    assert by_chance(lines, measured)["000_thesis"] == pytest.approx(counts)


def test_without_records_nothing_is_claimed():
    record = reproduction(FIGURES, {}, (), {})
    assert {entry["verdict"] for entry in record["figures"]} == {"void", "unverified", "not measured"}
    assert all(entry["corrected"] is None and entry["legacy"] is None for entry in record["figures"])
    assert record["effects"] == record["augmented"] == []


def test_a_defect_explains_a_figure():
    entry = find("mlp", "beta_x_kl", 0.5)
    assert entry["corrected"]["values"] == pytest.approx([4.0, 4.2, 4.3]) and entry["corrected"]["n"] == 3
    assert entry["legacy"]["mean"] == pytest.approx(0.44 / 3)
    assert entry["verdict"] == "legacy only" and entry["explained_by"] == ["epsilons"]


def test_the_constant_of_the_clamped_model_is_found_again():
    entry = find("sb-mlp", "kl")
    assert entry["verdict"] == "legacy only" and entry["legacy"]["mean"] == pytest.approx(10.1346)


def test_void_figures_show_what_the_protocol_gives_and_compare_nothing():
    legacy = {
        **OF_LEGACY,
        "dataset": "fashion_mnist",
        "models": {CLAMPED: metrics(fid=[60.0, 61.0, 62.0])},
        "ablation": {},
    }
    record = reproduction(FIGURES, by_key([("legacy-experiments", "fashion_mnist-mlp", legacy)]), (), {})
    entry = find("sb-mlp", "fid", dataset="fashion_mnist", record=record)
    assert entry["verdict"] == "void" and entry["legacy"]["mean"] == 61 and "classifier" in entry["reason"]


@pytest.mark.parametrize(("steps", "reason"), [(5000, ""), (1000, "steps 1000 (published: 5000)")])
def test_shorter_training_is_told(steps, reason):
    record = reproduction(FIGURES, by_key([("legacy-experiments", "mnist-mlp", {**OF_LEGACY, "steps": steps})]), (), {})
    told = find("sb-mlp", "kl", record=record)["reason"]
    assert told.endswith(reason) and bool(told) == bool(reason)


def test_no_row_has_a_value_and_a_reason_that_there_is_none(committed_record):
    for entry in committed_record["figures"]:
        if NOT_MEASURED in entry["reason"]:
            assert entry["corrected"] is None and entry["verdict"] == "not measured"
        if NOT_REPEATED in entry["reason"]:
            assert entry["legacy"] is None and entry["verdict"] == "not measured"
        if entry["verdict"] == "not measured":
            assert entry["reason"]


def test_every_row_tells_in_how_far_its_protocol_is_another(committed_record):
    """All that is compared with the thesis was trained by other numbers than it prints; these are our files' own."""
    rates = {network: load_yaml("params.yaml")["training"][network]["learning_rate"] for network in ("mlp", "cnn")}
    searches = {network: of["steps"] for (stage, _, network, _), of in committed_records().items() if stage == GRID}
    compared = [entry for entry in committed_record["figures"] if entry["corrected"] or entry["legacy"]]
    thesis = [entry for entry in compared if entry["origin"] == "000_thesis"]
    assert len(thesis) > 100 and all("our model has other settings: " in entry["reason"] for entry in thesis)
    for entry in thesis:
        if grid := re.fullmatch(r"(mlp|cnn)-grid\d+", entry["model"]):
            shorter = f"steps {searches[grid[1]]} (published: 5000), " if searches[grid[1]] != 5000 else ""
            told = f"other settings: {shorter}learning rate {rates[grid[1]]} (published: 0.0001)"
            assert entry["reason"].endswith(told)
        if entry["metric"] == "fid_z_x100":
            assert f"learning rate {rates[entry['model']]} (published: 0.0001)" in entry["reason"]
        if entry["metric"] == "test_accuracy":
            assert "batch size 64 (published: 32)" in entry["reason"]


def test_losses_of_frozen_noise_are_those_of_the_legacy_protocol_alone(committed_record):
    """Finding 1 of the README says so; with fresh noise no protocol gives them."""
    for line in (2, 4, 6, 8):
        [entry] = [entry for entry in committed_record["figures"] if entry["line"] == line]
        assert entry["metric"] in ("loss", "mse_sum") and entry["verdict"] == "legacy only"


def test_effects_are_the_metrics_that_a_correction_moves():
    found = list(effects(OF_LEGACY))
    assert [(e["model"], e["switch"], e["metric"]) for e in found] == [
        ("0.5", "epsilons", "beta_x_kl"),
        ("0.5", "losses", "beta_x_kl"),
    ]
    noise, losses = found
    assert (noise["from"], noise["to"], noise["clear"]) == ("frozen", "all_random", True)
    assert noise["shift"] == pytest.approx(12.1 / 3 - 0.44 / 3)
    assert losses["clear"] is False


def test_an_effect_of_single_runs_is_open():
    single = {
        **OF_LEGACY,
        "models": {"0.5": metrics(fid=[3.0])},
        "ablation": {"0.5": {"epsilons": metrics(fid=[9.0])}},
    }
    assert [e["clear"] for e in effects(single) if e["metric"] == "fid"] == [None]


def test_the_gap_of_a_grid_is_compared_without_class_zero():
    entries = [{"name": "e0-d0", "max_class_gap_without_class_zero": summarize([0.1]), "max_class_gap": summarize([9])}]
    grid = {"dataset": "mnist", "network": "mlp", "beta": 1, "steps": 5000, "candidates": entries}
    record = reproduction(FIGURES, by_key([(GRID, "mnist-mlp", grid)]), (), {})
    entry = find("mlp-grid0", "tvd_max", 1, record=record)
    assert entry["corrected"]["values"] == [0.1] and entry["verdict"] == "same order"
    del entries[0]["max_class_gap_without_class_zero"]
    entry = find("mlp-grid0", "tvd_max", 1, record=reproduction(FIGURES, by_key([(GRID, "mnist-mlp", grid)]), (), {}))
    assert entry["corrected"] is None and (entry["verdict"], entry["reason"]) == ("not measured", NOT_MEASURED)


def test_a_candidate_of_the_grid_may_be_given_by_the_thesis_s_protocol_alone():
    entries = [{"name": "e0-d0", "fid": summarize([20.0, 21.0, 22.0])}]
    ours = {"dataset": "mnist", "network": "mlp", "beta": 1, "steps": 5000, "candidates": entries}
    thesis = {**OF_LEGACY, "grid": {"e0-d0": metrics(fid=[244.0, 246.0, 249.0])}}
    records = by_key([(GRID, "mnist-mlp", ours), ("legacy-experiments", "mnist-mlp", thesis)])
    entry = find("mlp-grid0", "fid", 1, record=reproduction(FIGURES, records, (), {}))
    assert (entry["verdict"], entry["legacy"]["mean"], entry["corrected"]["mean"]) == ("legacy only", 739 / 3, 21)
    # One run of the protocol has no spread to lie in: a value of the same size stays that.
    thesis["grid"]["e0-d0"] = metrics(fid=[244.0])
    entry = find("mlp-grid0", "fid", 1, record=reproduction(FIGURES, records, (), {}))
    assert entry["verdict"] == "legacy order"


def test_samplers_are_handed_on():
    assert RECORD["augmented"] == [
        {"dataset": "mnist", "name": "squared_error-0.001-5000", "steps": 5000, "test_contrast": 0.9}
    ]


def test_records_are_found_by_what_they_are_of():
    records = [
        ("train-fid-classifier", "mnist", {"accuracy": 0.99}),
        ("pareto-select", "mnist-mlp", {"dataset": "mnist", "network": "mlp", "long": []}),
        ("stick-breaking", "mnist-cnn", {"dataset": "mnist", "network": "cnn", "beta": 1}),
        ("preliminary-grid", "mnist-cnn", {"dataset": "mnist", "network": "cnn", "beta": 1}),
    ]
    assert set(by_key(records)) == {
        ("train-fid-classifier", "mnist", None, None),
        ("pareto-select", "mnist", "mlp", None),
        ("stick-breaking", "mnist", "cnn", None),
        ("preliminary-grid", "mnist", "cnn", 1),
    }


def test_the_stage_reads_every_record_that_a_figure_needs(monkeypatch):
    """Of the committed records it reads those of its deps, which have what the counterparts name, and no other beta."""
    monkeypatch.chdir(ROOT)
    arguments = options(STAGE)
    awaited = {folder for folder in arguments["records"] if not Path(folder).is_dir()}  # their stages have not run yet
    paths = [
        path
        for folder in arguments["records"]
        if folder not in awaited
        for dataset in arguments["datasets"]
        for path in joins.of_dataset(Path(folder), dataset, arguments["betas"])
    ]
    metrics = [path for path in STAGE["deps"] if path.startswith("metrics/") and not path.endswith(".txt")]
    digests = [f"metrics/records/{dataset}.txt" for dataset in arguments["datasets"]]  # of what lies along beta
    listed = {line.split()[0] for file in digests for line in Path(file).read_text(encoding="utf-8").splitlines()}
    assert set(digests) < set(STAGE["deps"])
    assert {str(path) for path in paths if path.parent.name in BY_BETA[:2]} <= listed
    folders = {str(path.parent) for path in paths if path.parent.name not in BY_BETA[:2]}
    assert folders == {*metrics} - {*arguments["further"]} - awaited
    contents = {path: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    there = set(by_key((*joins.maker(path, content), content) for path, content in contents.items()))
    places = [place for one in map(counterpart, FIGURES) for place in (one.corrected, one.legacy) if place is not None]
    needed = {
        (place.stage, place.dataset, place.network, place.beta)
        for place in places
        if f"metrics/{place.stage}" not in awaited
    }
    others = {place for place in there - needed if place[0] not in ("transfer-architecture", "variants")}
    assert needed <= there and not others


def test_the_table_has_a_line_for_each_figure(tmp_path):
    folder = tmp_path / "main-experiments"
    files.write_json(folder / "mnist-mlp-0.5.json", MAIN)
    figures = ROOT / "references" / "figures.csv"
    written = {"record": tmp_path / "reproduction.json", "table": tmp_path / "reproduction.csv"}
    claims = ROOT / "references" / "claims.csv"
    published = {"figures": figures, "claims": claims, "further": []}
    main(
        load_parameters(ROOT / "params.yaml"),
        **published,
        datasets=["mnist"],
        betas=["0.5"],
        records=[folder],
        **written,
    )
    record = json.loads(written["record"].read_text(encoding="utf-8"))
    with written["table"].open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["line"] for row in table] == [str(entry["line"]) for entry in record["figures"]]
    row = next(row for row in table if (row["model"], row["metric"], row["beta"]) == ("mlp", "beta_x_kl", "0.5"))
    assert row["corrected_n"] == "3" and float(row["corrected_mean"]) == pytest.approx(25 / 6)
    assert row["legacy_mean"] == row["legacy_n"] == "" and row["verdict"] == "disagrees"
    assert flat({"explained_by": ["a", "b"], "legacy": None})["explained_by"] == "a b"
