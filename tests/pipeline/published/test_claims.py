"""Claims in words: the file, what each is compared with, and verdicts on known values."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pipeline import files
from pipeline.jobs.closure import ROOT
from pipeline.published.claims import COLUMNS, DOCUMENTS, MEANINGS, NO_VALUE, Claim, Meaning, judge, parse, row
from pipeline.published.verdicts import Verdict
from pipeline.records import published as records
from tests.pipeline.pipeline_file import load_yaml, options
from tfvae.evaluation.summaries import summarize

CLAIMS = parse((ROOT / "references" / "claims.csv").read_text(encoding="utf-8"))
STAGE = load_yaml("dvc.yaml")["stages"]["reproduction"]
HEADER = ",".join(COLUMNS)
LINE = "003_conditional,mnist,optimizer,Adam is the best,section 4"
LOW, NEAR_LOW, HIGH = [1.0, 1.1, 1.2], [1.05, 1.1, 1.25], [5.0, 5.1, 5.3]


def committed(name):
    path = ROOT / "metrics" / f"{name}.json"
    return files.read_json(path) if path.is_file() else None


RECORDS = {place.partition(":")[0]: None for claim in CLAIMS
           for place in [one["place"] for one in row(claim, {})["ours"]]}  # fmt: skip
RECORDS = {name: committed(name) for name in RECORDS}
ROWS = [row(claim, RECORDS) for claim in CLAIMS]


# What the committed record of the stage vector-quantised does not have until this stage runs again on MNIST.
AWAITED = {"organised", "share-of-digits"}


def find(claim, dataset="mnist"):
    [found] = [entry for entry in ROWS if (entry["claim"], entry["dataset"]) == (claim, dataset)]
    return found


def test_every_entry_of_the_record_is_of_its_type():
    """Our values are summaries, numbers, texts, and whether a metric is consistent."""
    TypeAdapter(list[records.Claim]).validate_python(ROWS)


def test_every_document_claims_something_and_every_claim_has_a_meaning():
    assert {claim.origin for claim in CLAIMS} == set(DOCUMENTS)
    assert {(claim.origin, claim.claim) for claim in CLAIMS} == set(MEANINGS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the columns must be origin,dataset,claim"),
        (f"{HEADER}\n{LINE},more\n", "line 2: 5 fields are needed"),
        (f"{HEADER}\n{LINE}\n{LINE}\n", "line 3: it repeats line 2"),
        (f"{HEADER}\n{LINE.replace('mnist', 'cifar')}\n", "line 2: a known dataset, and a claim that"),
        (f"{HEADER}\n{LINE.replace('optimizer', 'colour')}\n", "line 2: a known dataset, and a claim that"),
        (f"{HEADER}\n{LINE.replace('section 4', '')}\n", "line 2: a statement and a source are needed"),
    ],
)
def test_a_malformed_line_is_named(text, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        parse(text)


@pytest.mark.parametrize(
    ("comparison", "ours", "lower", "verdict"),
    [
        ("best", [HIGH, LOW, NEAR_LOW], False, "agrees"),
        ("best", [HIGH, LOW, NEAR_LOW], True, "disagrees"),
        ("best", [LOW, NEAR_LOW], False, "undecided"),
        ("best", [HIGH, LOW, LOW[:1]], False, "agrees"),  # one run among the others, against a narrow spread
        ("best", [HIGH[:1], LOW[:1]], False, "undecided"),
        ("best", [LOW, NEAR_LOW, HIGH], False, "disagrees"),
        ("falling", [HIGH, NEAR_LOW, LOW], False, "undecided"),
        ("falling", [[9.0, 9.1, 9.2], HIGH, LOW], False, "agrees"),
        ("falling", [HIGH, [9.0, 9.1, 9.2], LOW], False, "disagrees"),
        ("falling", [LOW, HIGH], True, "agrees"),
        ("unbeaten", [LOW, NEAR_LOW], False, "agrees"),
        ("unbeaten", [LOW, HIGH], False, "disagrees"),
        ("unbeaten", [HIGH, LOW], False, "agrees"),
        ("unbeaten", [LOW[:1], HIGH[:1]], False, "undecided"),
        ("exceeds", [HIGH], False, "agrees"),
        ("exceeds", [LOW], False, "disagrees"),
        ("exceeds", [LOW], True, "agrees"),
        ("exceeds", [[3.0, 3.9, 4.4]], False, "undecided"),  # its mean is above
        ("exceeds", [HIGH[:1]], False, "undecided"),
    ],
)
def test_comparisons(comparison, ours, lower, verdict):
    meaning = Meaning(comparison, [str(i) for i in range(len(ours))], lower, claimed=3)
    assert judge(meaning, [summarize(values) for values in ours]) == verdict


@given(*[st.lists(st.integers(0, 30), min_size=2, max_size=5)] * 2)
def test_two_values_are_ordered_as_the_t_test_says(ones, others):
    assume(len(set(ones)) > 1 and len(set(others)) > 1)
    p = scipy.stats.ttest_ind(ones, others).pvalue
    above = "agrees" if np.mean(ones) > np.mean(others) else "disagrees"
    found = judge(Meaning("best", ["a", "b"]), [summarize(ones), summarize(others)])
    assert found == (above if p < 0.05 else "undecided")


def test_a_setting_is_the_claimed_one_or_not():
    assert judge(Meaning("equals", ["a"], claimed=256), [256]) == "agrees"
    assert judge(Meaning("equals", ["a"], claimed=256), [64]) == "disagrees"
    assert judge(Meaning("equals", ["a"], claimed=False), [True]) == "disagrees"


def test_what_is_not_recorded_is_said_and_never_judged():
    for claim in CLAIMS:
        entry = row(claim, {})
        assert entry["verdict"] == "not measured" and entry["reason"]
        assert (entry["reason"] == NO_VALUE) == bool(entry["ours"])
        assert all(one["value"] is None for one in entry["ours"])


def test_each_claim_has_the_values_that_it_names_or_none_to_name():
    for entry in ROWS:
        assert entry["verdict"] in get_args(Verdict)
        if entry["claim"] in AWAITED and entry["reason"] == NO_VALUE:
            continue
        assert (entry["verdict"] == "not measured") == (entry["ours"] == []) and NO_VALUE not in entry["reason"]
        assert entry["reason"] if entry["verdict"] == "not measured" else entry["comparison"]
        assert all(one["value"] is not None for one in entry["ours"]), entry
        assert "{" not in entry["reason"] and "None" not in entry["reason"]


def test_reasons_have_the_budgets_of_our_records():
    steps = RECORDS["vector-quantised/mnist"]["models"]["vae-2"]["steps"]["model"]
    assert f"{steps:,} steps" in find("beta-8-as-vq")["reason"]
    search = {"trials": 1200, "best": {"batch_size": 256, "epochs": 7}}
    [claim] = [one for one in CLAIMS if (one.claim, one.dataset) == ("batch-size", "usps")]
    found = row(claim, {"conditional/usps": {"models": {"conditional_vae": {"search": search}}}})
    assert "of 1,200 trials" in found["reason"] and "has 7 epochs" in found["reason"] and found["verdict"] == "agrees"
    [claim] = [one for one in CLAIMS if one.claim == "share-of-digits"]
    samplers = [{"samplers": {name: {"legible": summarize(HIGH)}}} for name in ("prior", "training_images")]
    found = row(claim, {"vector-quantised/mnist": {"models": {"vq-vae-16-128": samplers[0]}, "real": samplers[1]}})
    assert "of training images 5.13;" in found["reason"] and found["verdict"] == "agrees"


def test_our_values_are_those_of_the_models_that_are_named():
    best = [one["value"]["values"] for one in find("ae-above-vae")["ours"]]
    models = RECORDS["latent-analysis/mnist"]["models"]
    assert best == [models[name]["silhouette"]["values"] for name in ("auto_encoder", "vae")]
    found = find("dense-2-lowest", "fashion_mnist")["ours"]
    assert [one["value"] for one in found] == [
        committed(f"main-experiments/fashion_mnist-mlp-{beta}")["fid"] for beta in ("2", "0.2", "0.5", "5")
    ]


def test_the_stage_reads_every_record_that_a_claim_needs():
    arguments = options(STAGE)
    folders = {folder.removeprefix("metrics/") for folder in arguments["records"]}
    further = {path.removeprefix("metrics/").removesuffix(".json") for path in arguments["further"]}
    needed = {name for name in RECORDS if name.partition("/")[0] not in folders}
    assert needed == further
    assert all(name.partition("/")[2].startswith(tuple(arguments["datasets"])) for name in RECORDS.keys() - needed)
    assert set(arguments["further"]) < set(STAGE["deps"])


def test_a_claim_keeps_its_words():
    claim = Claim(2, "004_quantised", "mnist", "vq-high", "High", "5")
    entry = row(replace(claim, statement="Higher"), RECORDS)
    assert (entry["statement"], entry["source"], entry["line"]) == ("Higher", "5", 2)
