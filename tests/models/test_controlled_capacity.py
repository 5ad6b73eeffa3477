"""The capacity grows with the steps of a training, also of one that was stopped."""

import numpy as np
import pytest

from tests.models.encodings import gaussians, identities
from tests.tiny_models import configuration, digit_images
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.controlled_capacity import ControlledCapacityVAE
from tfvae.training import Schedule, Trainer

OPTIONS = {"capacity": 8.0, "capacity_steps": 4}


def test_the_gap_is_that_of_the_mean_rate_to_the_capacity_so_far():
    model = ControlledCapacityVAE(*identities(1), **OPTIONS)
    parameters = gaussians([[2.0], [0.0]], 1.0)  # rates of 2 nats and 0
    noise = np.zeros((2, 1), np.float32)
    gaps = [model.training_terms(parameters, noise)[1].numpy() for _ in range(6)]
    np.testing.assert_allclose(gaps, np.abs(1 - np.array([0, 2, 4, 6, 8, 8]))[:, None].repeat(2, axis=1), rtol=1e-5)
    np.testing.assert_allclose(model.loss_terms(parameters, noise)[1], 7, rtol=1e-5)
    np.testing.assert_allclose(model.loss_terms(parameters, noise)[1], 7, rtol=1e-5)


@pytest.mark.parametrize("xla", [False, True])
def test_a_stopped_training_goes_on_with_its_capacity(xla):
    described, images = configuration(model="controlled_capacity", **OPTIONS), digit_images(40)

    def trainer():
        return Trainer(build_model(described), images, Schedule(3.0, batch_size=8, learning_rate=1e-2, xla=xla), 0)

    whole, first, second = trainer(), trainer(), trainer()
    whole.run(2)
    whole.run(2)
    first.run(2)
    second.restore(first.state())
    second.run(2)
    for one, other in zip(whole.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert float(second.model.steps[0]) == 4


@pytest.mark.parametrize("changes", [{"capacity": 0}, {"capacity": float("inf")}, {"capacity_steps": 0}])
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="controlled_capacity", **(OPTIONS | changes)))
