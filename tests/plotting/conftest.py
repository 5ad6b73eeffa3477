import numpy as np
import pandas as pd
import pytest

BETAS = (0.2, 0.5, 1, 2, 5)


@pytest.fixture
def make_curves():
    """A function that returns training curves of given betas and number of seeds."""

    def make(seeds, betas=BETAS, posterior="diagonal_gaussian", periods=4):
        generator = np.random.default_rng(0)
        rows = [
            {
                "step": 100 * period,
                "network": "mlp",
                "posterior": posterior,
                "beta": beta,
                "seed": seed,
                **{name: float(generator.uniform(10, 50)) for name in ("loss", "distortion", "kl", "fid")},
                "tvd": float(generator.uniform(0, 1)),
            }
            for beta in betas
            for seed in range(seeds)
            for period in range(1, periods + 1)
        ]
        return pd.DataFrame(rows)

    return make


@pytest.fixture
def make_images():
    """A function that returns random images of a given leading shape."""

    def make(*shape, channels=1):
        return np.random.default_rng(1).integers(0, 256, (*shape, 8, 8, channels), dtype=np.uint8)

    return make
