"""The rule of agreement: known answers, and what holds for any values."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.published.references import COMPARABLE, Figure
from pipeline.published.rule import Judgement, Measured, compare, explain, judge, tolerance
from pipeline.published.verdicts import Verdict

FIGURE = Figure(
    2, "000_thesis", "mnist", "mlp", 0.2, "mse_sum", 33.7476, 5e-5, "table 6.1", "order-of-magnitude", "one run"
)
POSITIVE = st.floats(0.1, 1000)
RUNS = st.lists(POSITIVE, min_size=1, max_size=6)
KINDS = st.sampled_from(["digits", "runs", "scale"])
FAR, NEAR, WIDER = [100.0, 101.0, 102.0], [33.0, 34.0, 35.0], [45.0, 46.0, 47.0]  # WIDER: within a factor of two


def figure(**changes):
    return replace(FIGURE, **changes)


@pytest.mark.parametrize(("ours", "expected"), [([238510.0], "agrees"), ([238510.0, 238511.0], "disagrees")])
def test_counts_must_be_equal(ours, expected):
    assert compare(238510.0, 0.5 * 0.99, ours, "digits") == expected


def test_the_constant_must_be_right_to_its_last_digit():
    ours = [5 * (4 * 10 / 11 - np.log(5))] * 3
    assert compare(10.1346, 5e-5, ours, "runs") == "agrees"
    assert compare(10.1347, 5e-5, ours, "runs") == "disagrees"
    assert compare(10.1346, 5e-5, ours[:1], "runs") == "agrees"


def test_the_interval_is_that_of_the_textbook():
    """One published run: mean +- t s sqrt(1 + 1/n). Several: the confidence interval of the t test."""
    ours = np.array([1.0, 2.0, 4.0, 5.0])
    half = scipy.stats.t.ppf(0.975, 3) * ours.std(ddof=1) * np.sqrt(1 + 1 / 4)
    assert compare(3 + 0.999 * half, 0, ours.tolist(), "runs") == "agrees"
    assert compare(3 + 1.001 * half, 0, ours.tolist(), "runs") == "disagrees"
    published = np.array([7.0, 7.5, 9.0])
    for shift in np.linspace(-3, 4, 15):
        p = scipy.stats.ttest_ind(published + shift, ours).pvalue
        first, *rest = (published + shift).tolist()
        assert compare(first, 0, ours.tolist(), "runs", rest) == ("agrees" if p >= 0.05 else "disagrees")


def test_one_comparison_in_twenty_fails_by_chance():
    draws = np.random.default_rng(0).normal(size=(4000, 6))
    failed = np.mean([compare(row[0], 0, row[1:].tolist(), "runs") == "disagrees" for row in draws])
    assert failed == pytest.approx(0.05, abs=0.012)


def test_two_runs_have_no_spread_that_counts():
    assert compare(3.0, 0, [1.0, 2.0], "runs") == "undecided"
    assert compare(3.0, 0, [1.0], "runs") == "undecided"
    assert compare(3.0, 0, [1.4, 1.5], "scale") == "disagrees"
    assert compare(3.0, 0, [1.4, 1.7], "scale") == "same order"
    assert compare(0.9911, 5e-5, [0.9905], "runs", [0.9896, 0.9918]) == "agrees"


def test_the_thesis_s_own_reruns_are_of_the_same_order():
    for first, second in [(212.6919, 141.7186), (91.6461, 54.5181)]:
        assert compare(first, 5e-5, [second], "scale") == "same order"
        assert compare(second, 5e-5, [first], "scale") == "same order"


@pytest.mark.parametrize(
    ("published", "ours", "expected"),
    [
        (34.5, NEAR, "agrees"),  # within 34 +- 5.0
        (39.5, NEAR, "same order"),
        (69.0, NEAR, "disagrees"),
        (34.0, [10.0, 30.0, 62.0], "same order"),  # an interval of +- 130 agrees with nearly anything
        (90.0, [10.0, 30.0, 62.0], "undecided"),
        (170.0, [10.0, 30.0, 62.0], "disagrees"),
    ],
)
def test_a_match_of_size_is_no_agreement(published, ours, expected):
    assert compare(published, 0, ours, "scale") == expected


@given(POSITIVE, POSITIVE)
def test_the_factor_takes_no_side(one, other):
    assert compare(one, 0, [other], "scale") == compare(other, 0, [one], "scale")
    matches = "agrees" if abs(one - other) <= 1e-9 * other else "same order"  # a rounding error apart
    assert compare(one, 0, [other], "scale") == (matches if 0.5 <= one / other <= 2 else "disagrees")


@given(POSITIVE, RUNS, KINDS, st.randoms())
def test_seeds_have_no_order_and_figures_no_unit(published, ours, kind, random):
    found = compare(published, 0, ours, kind)
    shuffled = random.sample(ours, len(ours))
    assert compare(published, 0, shuffled, kind) == found
    assert compare(4 * published, 0, [4 * value for value in ours], kind) == found


@given(RUNS)
def test_our_own_mean_agrees(ours):
    assert compare(float(np.mean(ours)), 0, ours, "runs") == "agrees"
    assert compare(float(np.mean(ours)), 0, ours, "scale") in ("agrees", "same order")


@given(POSITIVE, RUNS, st.floats(0, 1), st.sampled_from(["runs", "scale"]))
def test_what_lies_nearer_to_our_mean_is_no_worse(published, ours, share, kind):
    order = ["disagrees", "undecided", "same order", "agrees"]
    nearer = published + share * (float(np.mean(ours)) - published)
    assert order.index(compare(nearer, 0, ours, kind)) >= order.index(compare(published, 0, ours, kind))


@given(POSITIVE, RUNS)
def test_agreement_means_the_same_for_every_tolerance(published, ours):
    if compare(published, 0, ours, "scale") == "agrees":
        assert compare(published, 0, ours, "runs") == "agrees"
    if compare(published, 0, ours, "runs") == "agrees":
        assert compare(published, 0, ours, "scale") != "disagrees"


@pytest.mark.parametrize(
    ("comparable", "metric", "kind"),
    [
        ("exact", "params", "digits"),
        ("yes", "val_loss", "runs"),
        ("legacy-only", "kl", "runs"),
        ("legacy-only", "fid", "scale"),
        ("order-of-magnitude", "fid", "scale"),
        ("void", "fid", None),
        ("unverified", "knn3_error_pct", None),
    ],
)
def test_tolerances(comparable, metric, kind):
    assert tolerance(comparable, metric) == kind


@pytest.mark.parametrize(
    ("comparable", "ours", "expected"),
    [
        ("void", Measured(NEAR, NEAR), "void"),
        ("unverified", None, "unverified"),
        ("yes", None, "not built yet"),
        ("order-of-magnitude", Measured(), "not measured"),
        ("order-of-magnitude", Measured(NEAR, FAR), "agrees"),
        ("order-of-magnitude", Measured(FAR, NEAR), "legacy only"),
        ("order-of-magnitude", Measured(WIDER), "same order"),
        ("order-of-magnitude", Measured(WIDER, NEAR), "legacy only"),  # ours has the size alone, that one the value
        ("order-of-magnitude", Measured(WIDER, WIDER), "same order"),
        ("order-of-magnitude", Measured(FAR, WIDER), "legacy order"),
        ("order-of-magnitude", Measured(FAR, WIDER[:1]), "legacy order"),
        ("order-of-magnitude", Measured(WIDER[:1], FAR), "same order"),
        ("order-of-magnitude", Measured(FAR, FAR), "disagrees"),
        ("order-of-magnitude", Measured(FAR), "disagrees"),
        ("order-of-magnitude", Measured((), NEAR), "not measured"),
        ("legacy-only", Measured(FAR, NEAR), "legacy only"),
        ("legacy-only", Measured(NEAR, FAR), "disagrees"),
        ("legacy-only", Measured(NEAR), "not measured"),
        ("legacy-only", Measured(NEAR, FAR[:2]), "undecided"),
        ("yes", Measured(FAR, FAR[:2]), "undecided"),
        ("yes", Measured(NEAR[:2]), "undecided"),
    ],
)
def test_verdicts(comparable, ours, expected):
    assert judge(figure(comparable=comparable), ours).verdict == expected


def test_a_legacy_only_fid_is_an_order():
    fid = figure(comparable="legacy-only", metric="fid")
    assert judge(fid, Measured(FAR, WIDER)) == Judgement("legacy order", None, "same order")
    assert judge(figure(comparable="legacy-only"), Measured(FAR, WIDER)).verdict == "disagrees"


def test_a_judgement_shows_what_was_compared():
    assert judge(FIGURE, Measured(NEAR, FAR)) == Judgement("agrees", "agrees", "disagrees")
    assert judge(figure(comparable="legacy-only"), Measured(FAR, NEAR)) == Judgement("legacy only", None, "agrees")


def test_the_switch_that_makes_the_effect_explains_it():
    alone = {"batches": [35.0, 36.0, 34.0], "epsilon": [90.0, 91.0, 92.0], "heads": [69.0, 70.0, 71.0], "lost": []}
    judged = judge(FIGURE, Measured(FAR, NEAR, alone))
    assert judged.verdict == "legacy only"
    assert judged.explained_by == ("epsilon", "heads")


def test_no_switch_explains_it_alone():
    """Ending the agreement in the other direction, or before half of the way, is no explanation."""
    alone = {"away": [5.0, 5.1, 5.2], "little": [60.0, 61.0, 62.0]}
    assert judge(figure(value=25.0), Measured(FAR, NEAR, alone)).explained_by == ()


OURS = st.builds(
    Measured,
    st.lists(POSITIVE, max_size=4),
    st.lists(POSITIVE, max_size=4),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(POSITIVE, max_size=4)),
)


@given(st.sampled_from(COMPARABLE), POSITIVE, st.none() | OURS)
def test_any_figure_gets_a_verdict_of_the_closed_set(comparable, value, ours):
    judged = judge(figure(comparable=comparable, value=value), ours)
    assert judged.verdict in get_args(Verdict)
    assert set(judged.explained_by) <= set(ours.alone if ours else ())
    if judged.explained_by:
        compared = (judged.legacy, judged.corrected)
        if judged.verdict == "legacy only":
            assert compared in [("agrees", "disagrees"), ("agrees", "same order")]
        else:
            assert (judged.verdict, *compared) == ("legacy order", "same order", "disagrees")


@given(st.floats(1, 100), st.floats(0.2, 100), st.permutations(["a", "b", "c"]))
def test_one_defect_that_does_everything_is_found(legacy, ratio, names):
    assume(not 0.49 < ratio < 2.01)
    corrected = [legacy * ratio] * 3
    alone = {names[0]: corrected, names[1]: [legacy] * 3, names[2]: [legacy] * 3}
    ours = Measured(corrected, [legacy] * 3, alone)
    assert explain(figure(value=legacy), ours, "scale") == (names[0],)
