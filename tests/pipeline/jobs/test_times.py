"""What jobs cost, by stage, and how long a run may still take."""

import re
import sys

import pytest

from pipeline.jobs import forecast
from pipeline.jobs.forecast import Forecast
from pipeline.jobs.resumable import Round
from pipeline.jobs.times import Cost, committed, costs, nearest, read_costs, write_costs


def note(stage, kind, amount, seconds, processor="P", label="all", batch="new", at=2.0):
    return {
        "stage": stage, "kind": kind, "amount": amount, "seconds": seconds, "processor": processor,
        "label": label, "batch": batch, "time": at,
    }  # fmt: skip


NOTES = [
    note("b@x", "training", 70, 100.0, batch="old", at=1.0),  # of other code
    note("b@x", "training", 100, 3.0),
    note("b@x", "training", 50, 1.5, label="second round", batch="other"),
    note("b@x", "measuring", 1, 0.25, "Q"),
    note("a@x", "training", 10, 7.0, "Q"),
    note("", "training", 10, 7.0),  # by hand, of no stage
]
COSTS = [
    Cost("a@x", "training", 1, 10, 7.0, "Q"),
    Cost("b@x", "measuring", 1, 1, 0.2, "Q"),
    Cost("b@x", "training", 2, 150, 4.5, "P"),
]


def test_costs_are_sums_by_stage_and_kind():
    assert costs(NOTES) == COSTS


def test_costs_are_read_as_they_were_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert committed() == []
    write_costs(tmp_path / "times.csv", COSTS)
    assert read_costs(tmp_path / "times.csv") == COSTS
    assert (
        (tmp_path / "times.csv").read_text().startswith("stage,kind,jobs,amount,seconds,processor\na@x,training,1,10,")
    )


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("main@mnist-cnn-0.5", "main@mnist-cnn-0.5"),
        ("main@mnist-cnn-0.3", "main@mnist-cnn-0.5"),
        ("main@usps-cnn-1", None),  # another dataset takes another time
        ("main@digits", "main@digits-mlp-1"),
        ("mainly@mnist-cnn-0.5", None),
        ("report", None),
    ],
)
def test_a_stage_is_taken_for_the_one_most_like_it(stage, expected):
    known = ["sampling@mnist-cnn-0.5", "main@mnist-mlp-0.5", "main@mnist-cnn-0.5", "main@digits-mlp-1"]
    assert nearest(stage, known) == expected


@pytest.fixture
def clock(monkeypatch):
    """The time, which the test sets."""
    now = [0.0]
    monkeypatch.setattr(forecast.time, "monotonic", lambda: now[0])
    return now


def jobs(amounts, missing):
    return Round("", ["job"] * len(amounts), None, ["aa"] * len(amounts), amounts, "step", "", missing)


def test_a_run_that_is_as_quick_as_those_before_ends_when_it_should(clock, capfd):
    """Two cores, 400 seconds of jobs and three of each stage on each."""
    known = [Cost("a@x", "training", 4, 400, 300.0, "P"), Cost("a@x", "measuring", 4, 4, 100.0, "P")]
    with Forecast({"a@x", "figures"}, 2, known) as shown:
        assert shown.seconds_left() == pytest.approx((400 + 2 * 3) / 2)
        shown.started("a@x", jobs([100] * 4, [0, 1, 2, 3]))
        for second in range(1, 101):
            clock[0] = second
            for position in (0, 1):
                shown.progress("a@x", position, second, done=second == 100)
        assert shown.seconds_left() == pytest.approx((200 + 2 * 3) / 2, rel=1e-6)
        for position in (2, 3):
            shown.progress("a@x", position, 0, done=True)
        clock[0] = 200
        shown.collected("a@x")
        shown.waiting({"figures"})
        assert shown.seconds_left() == pytest.approx(3 / 2, rel=0.05)
        shown.waiting(set())
        assert shown.seconds_left() == 0
    out, err = capfd.readouterr()
    assert out == "Stage 'a@x' has run\n" and "100%" in err


def test_a_slower_machine_is_noticed(clock):
    known = [Cost("a@x", "training", 1, 1000, 1000.0, "P")]
    with Forecast({"a@x"}, 1, known) as shown:
        shown.started("a@x", jobs([1000], [0]))
        clock[0] = 1000
        shown.progress("a@x", 0, 250, done=False)
        # As far as a quarter of the known time, in the whole of it; 60 s of doubt weigh for the known time.
        assert shown.seconds_left() == pytest.approx((1000 + 60) / (250 + 60) * (750 + 3))


def test_what_nothing_is_known_of_is_told(clock, capfd):
    """The bar waits for it."""
    known = [Cost("a@x", "training", 1, 100, 600.0, "P")]
    with Forecast({"a@x", "a@y", "figures@y"}, 1, known, {"a@x", "a@y"}) as shown:
        assert "10 min and 1 stage that no run has measured left, 3 of 3 stages" in capfd.readouterr().err
        shown.waiting({"a@x", "figures@y"})
    assert "| 10 min left" in capfd.readouterr().err


def test_the_bar_waits_for_a_stage_that_nothing_is_known_of(clock, capfd):
    """Else what is quickly done before it would count as almost all."""
    with Forecast({"check", "new@x"}, 1, [], {"new@x"}) as shown:
        clock[0] = 31
        shown.collected("check")
        shown.waiting({"new@x"})
        shown.started("new@x", jobs([100] * 2, [0, 1]))
        shown.show()
        assert shown._bar.n == 0
        clock[0] = 60
        shown.progress("new@x", 0, 10, done=False)
        clock[0] = 100
        shown.progress("new@x", 0, 50, done=False)
        shown.show()
        assert 0.2 < shown._bar.n < 0.45  # 100 seconds, and 150 or more are left
    assert "and 1 stage that no run has measured left, 1 of 2 stages, 0 jobs" in capfd.readouterr().err


def test_among_others_a_stage_that_nothing_is_known_of_counts_as_one_of_them(clock):
    known = [Cost("a@x", "training", 1, 100, 100.0, "P"), Cost("b@x", "training", 1, 100, 300.0, "P")]
    with Forecast({"a@x", "b@x", "new@x"}, 1, known, {"a@x", "b@x", "new@x"}) as shown:
        shown.started("a@x", jobs([100], [0]))
        clock[0] = 100
        shown.progress("a@x", 0, 100, done=True)
        shown.show()
        assert shown._bar.n == pytest.approx(100 / (100 + 3 * 3 + 300 + 200), rel=1e-6)


def test_the_time_is_drawn_also_where_the_bar_stands(clock, capfd):
    with Forecast({"a@x"}, 1, [Cost("a@x", "training", 1, 100, 100.0, "P")]) as shown:
        shown.started("a@x", jobs([100], [0]))
        for clock[0] in (31, 3600):
            shown.show()
    times = re.findall(r"\| (\d.*?) left, 1 of 1", capfd.readouterr().err)
    assert list(dict.fromkeys(times)) == ["2 min", "3 min", "1 h 45 min"]


def test_a_stage_that_nothing_is_known_of_is_told_by_its_first_jobs(clock, capfd):
    """Two of four jobs of 1,000 units run at 10 units a second each; one of them had done half in an earlier run."""
    with Forecast({"new@x"}, 2, [], {"new@x"}) as shown:
        shown.started("new@x", jobs([1000] * 4, [0, 1, 2, 3]))
        for second in range(1, 31):
            clock[0] = second
            shown.progress("new@x", 0, 500 + 10 * second, done=False)
            shown.progress("new@x", 1, 10 * second, done=False)
        left = (4000 - 500 - 2 * 300) / 10
        assert shown.seconds_left() == pytest.approx(left / 2, rel=0.1)
        shown.show()
        assert "measured" not in capfd.readouterr().err.rpartition("\r")[2]


def test_each_round_of_a_stage_that_nothing_is_known_of_tells_anew(clock):
    """The second round has fewer jobs, four times as slow: the pace of the first says nothing of it."""
    with Forecast({"new@x"}, 1, [], {"new@x"}) as shown:
        shown.started("new@x", jobs([100] * 4, [0, 1, 2, 3]))
        for position in range(4):
            for second in (1, 5, 10):
                clock[0] = 10 * position + second
                shown.progress("new@x", position, 10 * second, done=second == 10)
        shown.started("new@x", jobs([100], [0]))
        for second in range(1, 21):
            clock[0] = 40 + second
            shown.progress("new@x", 0, 2.5 * second, done=False)
        assert shown.seconds_left() == pytest.approx(50 / 2.5 + 3, rel=0.3)


def test_only_what_is_missing_is_expected(clock):
    known = [Cost("a@x", "training", 4, 400, 400.0, "P")]
    with Forecast({"a@x"}, 1, known) as shown:
        shown.started("a@x", jobs([100] * 4, [3]))
        assert shown.seconds_left() == pytest.approx(100 + 3)


def test_the_bar_never_goes_back(clock, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with Forecast({"a@x"}, 1, [Cost("a@x", "training", 1, 100, 10.0, "P")]) as shown:
        shown.started("a@x", jobs([100], [0]))
        clock[0] = 10
        shown.progress("a@x", 0, 90, done=False)
        shown.show()
        before = shown._bar.n
        clock[0] = 1000  # the job hangs
        shown.show()
        assert shown._bar.n >= before > 0.4


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "less than a minute"), (29, "less than a minute"), (61, "1 min"), (3599, "60 min"), (3700, "1 h 2 min")],
)
def test_times_are_for_people(seconds, text):
    assert forecast._time(seconds) == text
