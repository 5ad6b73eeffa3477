"""The commands on models with other objectives and priors: they need of a model what a VAE has."""

import json

import numpy as np
import pytest

import tfvae
from tests.command.conftest import COUNT, IMAGES
from tests.test_conformance import FAMILY, of_family
from tests.tiny_models import with_any_weights
from tfvae.sampling import Generator


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in FAMILY for number in range(len(FAMILY[name]))])
def test_the_folder_of_a_model_serves_all_commands(run, tmp_path, name, number):
    described = of_family(name, number)
    model = with_any_weights(described)
    tfvae.save_model(tmp_path / "model", described, model)
    np.save("x.npy", IMAGES)

    run("embed", "model", "x.npy", "-o", "latents.npz")
    run("sample", "model", "--count", "5", "--seed", "3", "-o", "samples.npz")
    run("reconstruct", "model", "x.npy", "-o", "reconstructed.npz")
    means = model.posterior.mean(model.encoder(IMAGES / np.float32(255))).numpy()
    with np.load("latents.npz") as found:
        np.testing.assert_allclose(found["latents"], means, rtol=1e-5, atol=1e-6)
    with np.load("reconstructed.npz") as found:
        np.testing.assert_allclose(found["images"], model.decode(means), rtol=1e-4, atol=1e-6)
    generator = Generator(model, 3)
    with np.load("samples.npz") as found:
        np.testing.assert_allclose(found["images"], generator.images(generator.prior_latents(5)), rtol=1e-5, atol=1e-6)

    scores = json.loads(run("score", "model", "x.npy", "--seed", "3"))
    noise = generator._draws(model.posterior.noise, COUNT, "posterior")
    _, _, distortion, rate = model.evaluate(IMAGES / np.float32(255), noise)
    assert scores["mean"]["distortion"] == pytest.approx(float(np.mean(distortion)), rel=1e-5)
    assert scores["mean"]["kl"] == pytest.approx(float(np.mean(rate)), rel=1e-4, abs=1e-6)
