"""float32 and bfloat16 give the same models, up to what another seed would change."""

import numpy as np
import pytest

from tests.tiny_models import configuration, digit_images
from tfvae.evaluation import fid
from tfvae.models import build_vae
from tfvae.sampling.generation import Generator
from tfvae.training import Schedule, Trainer

SEEDS = range(5)
SIZES = {
    "mlp": {"encoder": [1024, 32], "decoder": [32, 1024]},  # wide enough to compute in bfloat16, the head as well
    "cnn": {
        "encoder": [{"filters": 16, "kernel": 3, "stride": 2}],
        "decoder": {"reshape": [4, 4, 16], "layers": [{"filters": 16, "kernel": 3, "stride": 2}]},
    },
}
LEARNING_RATES = {"mlp": 1e-3, "cnn": 5e-3}
IMAGES = digit_images(1000)


def measured(network, precision, seed):
    """Return distortion, KL and the FID, here in the space of pixels, of one trained model."""
    model = build_vae(configuration(network, precision=precision, **SIZES[network]), seed)
    schedule = Schedule(0.2, 50, LEARNING_RATES[network], cooldown=(300, 400))
    Trainer(model, IMAGES, schedule, seed).run(400)
    generator = Generator(model, seed)
    made = generator.reconstruct(IMAGES)
    samples = generator.images(generator.prior_latents(1000))
    pixels = [images.reshape(1000, -1).astype(np.float64) for images in (samples, IMAGES / 255)]
    return made.distortion.mean(), made.kl.mean(), fid(*pixels)


@pytest.mark.parametrize("network", SIZES)
def test_precisions_agree_within_the_spread_over_seeds(network):
    exact, coarse = (
        np.array([measured(network, precision, seed) for seed in SEEDS]) for precision in ("float32", "bfloat16")
    )
    assert (exact != coarse).all()  # it was another computation
    spread = np.sqrt((exact.var(axis=0, ddof=1) + coarse.var(axis=0, ddof=1)) / 2)
    assert (abs(exact.mean(axis=0) - coarse.mean(axis=0)) < spread).all()
    assert (spread < 0.25 * exact.mean(axis=0)).all()  # a spread that would hide a difference shows nothing
