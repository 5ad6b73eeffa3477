"""A model has one name, one colour and one folder, whatever asks for them."""

import pytest

from tfvae.plotting import Identity, beta_color
from tfvae.plotting.style import STICK_BREAKING_COLOR

STICKS = Identity("stick_breaking", 1)


@pytest.mark.parametrize(
    ("identity", "folder", "label", "color", "dense", "convolutional"),
    [
        (Identity("diagonal_gaussian", 0.2), "beta_0.2", "β = 0.2", beta_color(0.2), "0.2-VAE", "0.2-CVAE"),
        (Identity("diagonal_gaussian", 2), "beta_2", "β = 2", beta_color(2), "2-VAE", "2-CVAE"),
        (STICKS, "stick_breaking", "stick-breaking", STICK_BREAKING_COLOR, "SB-VAE", "SB-CVAE"),
    ],
)
def test_names_of_models(identity, folder, label, color, dense, convolutional):
    assert (identity.folder, identity.label, identity.color) == (folder, label, color)
    assert (identity.name("mlp"), identity.name("cnn")) == (dense, convolutional)
    assert Identity.from_folder(identity.folder) == identity
    assert Identity.of({"posterior": identity.posterior, "beta": identity.beta, "fid": 1.0}) == identity


def test_a_record_without_a_posterior_is_of_a_gaussian():
    assert Identity.of({"beta": 0.5}) == Identity("diagonal_gaussian", 0.5)


def test_gaussians_come_first_in_ascending_beta():
    models = [STICKS, Identity("diagonal_gaussian", 10), Identity("diagonal_gaussian", 2)]
    assert sorted(models) == models[::-1]


@pytest.mark.parametrize("folder", ["beta_", "beta_x", "gaussian", ""])
def test_another_folder_is_refused(folder):
    with pytest.raises(ValueError, match="Received:"):
        Identity.from_folder(folder)
