"""How far latents stand from 0: of means that are known, and of models whose ReLU is known to allow none below."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import legacy_offsets
from pipeline.legacy.offsets import measure, offsets
from tests.tiny_models import configuration, digit_images
from tfvae.models import build_vae


def test_offsets_of_known_means():
    idle = np.full(1000, 5.0)  # tells no images apart
    means = np.stack([np.tile([-1.0, 3.0], 500), idle, np.tile([2.0, 2.0, 4.0, 4.0], 250)], axis=1)
    expected = {"active": 2, "offset": 2.0, "negative_share": 0.25}
    assert offsets(means) == expected
    assert offsets(np.add(means, [0, 7, 0])) == expected
    assert offsets(means[:, 1:2]) == {"active": 0, "offset": 0, "negative_share": 0}


@pytest.mark.parametrize(("posterior", "below"), [("relu_gaussian", False), ("diagonal_gaussian", True)])
def test_a_trained_model_is_measured(posterior, below):
    described = {"model": "vae", **configuration(posterior={"name": posterior, "latent_dim": 8})}
    model, images = build_vae(described, seed=3), digit_images(50)
    metrics = measure(described, [10 * weight for weight in model.get_weights()], images)
    assert metrics["active"] >= 1 and (metrics["negative_share"] > 0) == below
    if not below:
        assert metrics["offset"] > 0


@pytest.mark.parametrize(("beta", "names"), [(1e-05, ["1e-05", "1e-05-epsilons"]), (1, ["1", "1-epsilons"])])
def test_models_are_found_by_the_name_of_their_beta(tmp_path, monkeypatch, beta, names):
    for name in ("0.2-epsilons", "1", "1-epsilons", "10", "1e-05", "1e-05-epsilons", "clamped_stick_breaking"):
        (tmp_path / "models" / name / "seed-0").mkdir(parents=True)
    monkeypatch.setattr(legacy_offsets, "read_dataset", lambda path, dataset: {"x_test": None})
    monkeypatch.setattr(legacy_offsets, "read_model", lambda path, arrays: ({"precision": "float32"}, []))
    monkeypatch.setattr(legacy_offsets, "measure", lambda configuration, weights, images: {"offset": 1.0})
    parameters = SimpleNamespace(legacy_experiments=SimpleNamespace(common=SimpleNamespace(ablated_beta=beta)))
    record = tmp_path / "record.json"
    legacy_offsets.main(parameters, dataset="digits", data=tmp_path, models=tmp_path / "models", record=record)
    assert list(json.loads(record.read_text())["models"]) == names
