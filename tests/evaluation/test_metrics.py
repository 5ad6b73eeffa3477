"""The metrics of a record: a known answer of each, their order, and that evaluation stands without TensorFlow."""

import os
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

import tfvae.evaluation
from tfvae.evaluation import (
    METRICS,
    Images,
    Metric,
    Reference,
    evaluate,
    fid,
    frechet_distance,
    gaussian_statistics,
    metric_titles,
)

GENERATED = Images.seen([[0.0], [2.0]], [[1.0, 0.0], [0.0, 1.0]])
REFERENCE = Reference(
    moments=gaussian_statistics([[1.0], [3.0]]),
    labels=np.array([0, 0], np.uint8),
    features=[[1.0], [3.0]],
    num_classes=2,
    fid_mean_image=4.0,
)
# Means 1 and 2, variances 2. Kernel values: 1 within, 64 within, and 1, 1, 27, 343 between.
EXPECTED = {
    "fid": 1.0,
    "fid_relative": 0.25,
    "kid": 1.0 + 64.0 - 2 * 93.0,
    "tvd": 0.5,
    "max_class_gap": 0.5,
    "inception_score": 2.0,
}


def run(program):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)


def test_evaluation_does_not_import_tensorflow():
    program = """
import sys
import tfvae.evaluation
tfvae.evaluation.METRICS
assert not {"numpy", "scipy"} & set(sys.modules)
value = round(tfvae.evaluation.fid([[0.0], [2.0]], [[1.0], [3.0]]), 9)
for name in tfvae.evaluation.__all__:
    getattr(tfvae.evaluation, name)
print(value, [name for name in ("tensorflow", "keras") if name in sys.modules])
"""
    assert run(program).stdout.split(maxsplit=1) == ["1.0", "[]\n"]


def test_known_answers_in_the_order_of_records():
    assert evaluate(GENERATED, REFERENCE) == pytest.approx(EXPECTED, rel=1e-12)
    assert list(evaluate(GENERATED, REFERENCE)) == list(METRICS) == list(EXPECTED)


def test_moments_and_labels_are_enough_for_the_metrics_that_training_follows():
    names = ("tvd", "fid", "max_class_gap")
    alone = Images(moments=GENERATED.moments, labels=GENERATED.labels)
    assert evaluate(alone, REFERENCE, names) == {name: evaluate(GENERATED, REFERENCE)[name] for name in names}
    assert list(evaluate(alone, REFERENCE, names)) == list(names)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_distance_of_moments_is_that_of_features_to_the_last_bit(dtype):
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((300, 8)).astype(dtype), rng.standard_normal((200, 8)).astype(dtype) + 1
    assert frechet_distance(*gaussian_statistics(first), *gaussian_statistics(second)) == fid(first, second)


def test_the_same_images_are_at_no_distance():
    rng = np.random.default_rng(1)
    features, probabilities = rng.standard_normal((50, 4)), rng.dirichlet(np.ones(3), 50)
    images = Images.seen(features, probabilities)
    real = Reference(moments=images.moments, labels=images.labels, features=features, num_classes=3, fid_mean_image=2.0)
    values = evaluate(images, real)
    assert [values[name] for name in ("fid", "fid_relative")] == pytest.approx([0, 0], abs=1e-9)
    assert values["tvd"] == values["max_class_gap"] == 0


@pytest.mark.parametrize("name", METRICS)
def test_every_function_is_public(name):
    module, _, function = METRICS[name].function.partition(":")
    assert getattr(import_module(module), function) is getattr(tfvae.evaluation, function)


def test_columns_are_titled_in_order():
    page = ["FID", "Relative FID", "KID", "TVD", "Inception score"]
    assert list(metric_titles("page").values()) == page
    assert metric_titles("table") == {"fid": "FID", "fid_relative": "Relative FID", "tvd": "TVD"}


def test_another_metric_is_one_entry(monkeypatch):
    monkeypatch.setitem(METRICS, "misses", Metric("tfvae.evaluation:confusion", "labels", "Misses"))
    assert evaluate(GENERATED, REFERENCE, ["misses"])["misses"].tolist() == [[1, 0], [1, 0]]
    assert "misses" in evaluate(GENERATED, REFERENCE)
    assert metric_titles("table")["misses"] == metric_titles("page")["misses"] == "Misses"


def test_refuses_an_unknown_name():
    with pytest.raises(ValueError, match=r"known ones are fid, fid_relative.*Received: FID, KID"):
        evaluate(GENERATED, REFERENCE, ["fid", "FID", "KID"])


@pytest.mark.parametrize(("name", "missing"), [("kid", "features"), ("inception_score", "probabilities")])
def test_refuses_a_metric_of_what_is_missing(name, missing):
    with pytest.raises(ValueError, match=f"needs {missing}"):
        evaluate(Images(moments=GENERATED.moments, labels=GENERATED.labels), REFERENCE, [name])
