"""Records side by side, made up: which numbers they have, whose spread these take, and what else differs."""

import json
import math
import statistics
from pathlib import Path

import pytest

from pipeline.verification.comparison import compare, numbers_of, spreads
from pipeline.verification.rule import judge

DENSE, OTHER, CONVOLUTIONAL = (Path(f"main-experiments/digits-{name}.json") for name in ("mlp-1", "mlp-2", "cnn-1"))
CLASSIFIER = Path("train-fid-classifier/digits.json")
FLOORS = {"accuracy": 0.9, "fid_floor": 12.0, "fid_mean_image": 300.0, "tvd_floor": 0.1, "max_class_gap_floor": 0.1}


def summary(*values):
    sd = statistics.stdev(values) if len(values) > 1 else None
    return {"mean": statistics.mean(values), "sd": sd, "n": len(values), "values": list(values)}


def write(metrics, record, content):
    path = metrics / record
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def model(record, fid, **changes):
    _, network, beta = record.stem.split("-")
    head = {
        "dataset": "digits",
        "network": network,
        "beta": int(beta),
        "likelihood": "bernoulli",
        "steps": 100,
        "precision": "bfloat16",
    }
    return {**head, "seeds": list(range(len(fid))), "fid": summary(*fid), **changes}


def write_history(metrics, record, *rows):
    path = metrics / "figure-data" / record.with_suffix("") / "history.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("step,loss,distortion,kl,fid,seed\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")


@pytest.fixture
def metrics(tmp_path):
    """A folder of records."""
    folder = tmp_path / "metrics"
    write(folder, DENSE, model(DENSE, [40.0, 50.0]))
    write(folder, OTHER, model(OTHER, [90.0, 100.0]))
    write(folder, CONVOLUTIONAL, model(CONVOLUTIONAL, [120.0]))
    write(folder, CLASSIFIER, FLOORS)
    write_history(folder, DENSE, "20,9,8,7,6,0", "10,5,4,3,2,0", "10,6,5,4,3,1", "20,9,8,7,6,1")
    write_history(folder, CONVOLUTIONAL, "10,5,4,3,2,0")
    other_dataset = model(OTHER, [1.0, 100.0]) | {"dataset": "mnist"}
    write(folder, Path("main-experiments/mnist-mlp-2.json"), other_dataset)
    return folder


@pytest.fixture
def new(metrics, tmp_path):
    """The same records, made anew in float32."""
    folder = tmp_path / "new"
    write(folder, DENSE, model(DENSE, [41.0, 52.0], precision="float32"))
    write(folder, CONVOLUTIONAL, model(CONVOLUTIONAL, [121.0], precision="float32"))
    write(folder, CLASSIFIER, {**FLOORS, "fid_floor": 12.5, "accuracy": 0.92})
    write_history(folder, DENSE, "10,5,4,3,2,0", "10,6,5,4,3,1")
    return folder


def test_the_spread_is_pooled_over_the_models_of_the_dataset(metrics):
    known = spreads(metrics, [DENSE, CLASSIFIER])
    variances = [statistics.variance(map(math.log, pair)) for pair in ((40, 50), (90, 100))]
    assert known["fid"].sd == pytest.approx(math.sqrt(statistics.mean(variances))) and known["fid"].degrees == 2
    assert known["loss, first period"].sd == pytest.approx(statistics.stdev((math.log(5), math.log(6))))
    assert set(known) == {"fid", *(f"{name}, first period" for name in ("loss", "distortion", "kl", "fid"))}


def test_a_record_has_its_numbers_and_those_of_its_first_period(metrics):
    first = {"loss": [5, 6], "distortion": [4, 5], "kl": [3, 4], "fid": [2, 3]}
    expected = {"fid": [40.0, 50.0], **{f"{name}, first period": values for name, values in first.items()}}
    assert numbers_of(metrics, DENSE) == expected
    assert numbers_of(metrics, CONVOLUTIONAL) == {"fid": [120.0]}  # one seed has no spread so early
    assert numbers_of(metrics, CLASSIFIER) == {name: [value] for name, value in FLOORS.items()}


def test_lists_of_numbers_are_numbers(metrics):
    record = Path("stick-breaking/digits-mlp.json")
    write(metrics, record, {"dataset": "digits", "network": "mlp", "seeds": [0], "sticks": [0.5, 0.25]})
    assert numbers_of(metrics, record) == {"sticks.0": [0.5], "sticks.1": [0.25]}


def test_precision_is_told_and_is_no_difference(metrics, new):
    one = compare(DENSE, metrics, new, spreads(metrics, [DENSE]), 360)
    assert one.differing == [] and one.precisions == ("bfloat16", "float32")
    assert (one.numbers[0].record, one.numbers[0].name) == ("main-experiments/digits-mlp-1", "fid")
    verdicts = {judged.number.name: judged.verdict for judged in judge(one.numbers)}
    assert verdicts.pop("fid") == "within" and set(verdicts.values()) == {"same"}


def test_another_seed_is_found_though_its_numbers_are_within_the_spread(metrics, new):
    write(new, DENSE, model(DENSE, [41.0, 52.0], seeds=[0, 2]))
    one = compare(DENSE, metrics, new, spreads(metrics, [DENSE]), 360)
    assert one.differing == ["main-experiments/digits-mlp-1 seeds: recorded [0, 1], here [0, 2]"]
    assert "off" not in {judged.verdict for judged in judge(one.numbers)}


def test_other_steps_and_names_that_are_gone_are_found(metrics, new):
    content = model(DENSE, [41.0, 52.0], steps=101)
    del content["likelihood"]
    write(new, DENSE, content)
    lines = compare(DENSE, metrics, new, {}, 360).differing
    assert [line.split(" ", 1)[1] for line in lines] == [
        "likelihood: recorded bernoulli, here none", "steps: recorded 100, here 101",
    ]  # fmt: skip


def test_a_single_seed_borrows_the_spread(metrics, new):
    known = spreads(metrics, [DENSE])
    [number] = compare(CONVOLUTIONAL, metrics, new, known, 360).numbers
    assert number.spread == known["fid"]


def test_the_classifier_takes_the_spread_of_kinds_of_metrics_and_that_of_a_share(metrics, new):
    known = spreads(metrics, [DENSE, CLASSIFIER])
    one = compare(CLASSIFIER, metrics, new, known, 360)
    by_name = {number.name: number.spread for number in one.numbers}
    assert by_name["fid_floor"] == by_name["fid_mean_image"] == known["fid"]
    assert by_name["accuracy"].sd == pytest.approx(math.sqrt(0.9 * 0.1 / 360))
    assert by_name["tvd_floor"] is None  # no model here has a TVD
    assert one.precisions is None and one.differing == []


def test_a_number_that_one_side_lacks_is_off(metrics, new):
    write(new, DENSE, model(DENSE, [40.0, 50.0], kid=summary(1.0, 2.0)))
    numbers = judge(compare(DENSE, metrics, new, spreads(metrics, [DENSE]), 360).numbers)
    assert {one.number.name for one in numbers if one.verdict == "off"} == {"kid"}
