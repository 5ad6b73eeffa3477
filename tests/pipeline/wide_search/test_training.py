"""A trial's stretches are one training, whatever ends between them; what diverges is told and ends nothing."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.experiment.measuring import Meter, trained_generator
from pipeline.experiment.training import Training, TrainingData
from pipeline.experiment.training import train as train_whole
from pipeline.wide_search.measuring import Sampled, measure
from pipeline.wide_search.models import configuration, schedule
from pipeline.wide_search.training import Stretch, train
from tests.pipeline.kept import Kept
from tests.pipeline.wide_search.test_search import FIRST, SHAPE, settings

CHOSEN = FIRST | {"cooldown_share": 0.5, "warmup_share": 0.2, "posterior": "stick_breaking", "batch_size": 16}


def stretch(start, stop, before=None, **changes):
    values = CHOSEN | changes
    described = configuration(values, settings(), SHAPE)
    return Stretch(described, schedule(values, settings(), 12), 5, start, stop, before)


@pytest.fixture(autouse=True)
def as_many_cores_as_there_are(monkeypatch):
    monkeypatch.setattr("tfvae.training.runtime.use_one_core", lambda: None)


def test_stretches_give_the_bytes_of_one_training(yardstick):
    before, start = None, 0
    for stop in (3, 6, 12):
        progress = Kept()
        before = train(stretch(start, stop, before), yardstick.x_train, progress)
        assert progress.done == stop - start and progress.kept == []
        start = stop
    whole = stretch(0, 12)
    training = Training(whole.configuration, whole.schedule, 5, 12, periods=1)
    expected = train_whole(training, TrainingData(yardstick.x_train), Kept())["weights"][""]
    for weight, wanted in zip(before["weights"][""], expected, strict=True):
        np.testing.assert_array_equal(weight, wanted)
    assert before["parameters"] == sum(weight.size for weight in expected)
    assert stretch(3, 12).steps == 9


def test_a_training_that_diverges_has_no_weights_and_no_metrics(yardstick):
    diverging = stretch(0, 12, learning_rate=0.1)
    diverging = replace(diverging, schedule={**diverging.schedule, "learning_rate": 1e30, "gradient_clip": None})
    trained = train(diverging, yardstick.x_train, Kept())
    assert trained["weights"] == {} and trained["rest"] is None and trained["parameters"] > 0
    assert measure(Sampled(diverging.configuration, 5, 12, 60), trained, yardstick) == {"metrics": {}}


def test_the_objectives_are_those_of_images_drawn_after_so_many_steps(yardstick):
    first = stretch(0, 3)
    trained = train(first, yardstick.x_train, Kept())
    found = measure(Sampled(first.configuration, 5, 3, 60), trained, yardstick)["metrics"]
    generator = trained_generator(first, trained["weights"][""])
    images = generator.images(generator.prior_latents(60, "after 3 steps"))
    followed = Meter(yardstick).progress(images)
    assert found == {name: followed[name] for name in ("fid", "tvd")}
