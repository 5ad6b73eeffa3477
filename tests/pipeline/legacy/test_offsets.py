"""How far latents stand from 0: of means that are known, and of models whose ReLU is known to allow none below."""

import numpy as np
import pytest

from pipeline import files, legacy_offsets
from tests.tiny_models import configuration, digit_images
from tfvae.models import build_vae


def test_offsets_of_known_means():
    idle = np.full(1000, 5.0)  # tells no images apart
    means = np.stack([np.tile([-1.0, 3.0], 500), idle, np.tile([2.0, 2.0, 4.0, 4.0], 250)], axis=1)
    expected = {"active": 2, "offset": 2.0, "negative_share": 0.25}
    assert legacy_offsets.offsets(means) == expected
    assert legacy_offsets.offsets(np.add(means, [0, 7, 0])) == expected
    assert legacy_offsets.offsets(means[:, 1:2]) == {"active": 0, "offset": 0, "negative_share": 0}


@pytest.mark.parametrize(("posterior", "below"), [("relu_gaussian", False), ("diagonal_gaussian", True)])
def test_a_stored_model_is_measured(tmp_path, posterior, below):
    described = configuration(posterior={"name": posterior, "latent_dim": 8})
    model, images = build_vae(described, seed=3), digit_images(50)
    files.write_json(tmp_path / "config.json", described)
    files.write_weights(tmp_path / "weights.npz", [10 * weight for weight in model.get_weights()])
    found = legacy_offsets.measure(tmp_path, images)
    assert found["active"] >= 1 and (found["negative_share"] > 0) == below
    if not below:
        assert found["offset"] > 0
