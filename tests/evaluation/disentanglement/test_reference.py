"""Every score on frozen draws equals that of the field's reference implementation; how it ran is said in `codes`."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.evaluation.disentanglement.codes import (
    DRAWS,
    SEED,
    SIZES,
    frozen_coarse_sample,
    frozen_models,
    frozen_represent,
    frozen_sample,
)
from tfvae.evaluation.disentanglement import (
    beta_vae_score,
    dci,
    explicitness,
    factor_vae_score,
    mig,
    modularity,
    sap,
    sap_of_ordered,
    udr,
)

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())
TRAIN, TEST = frozen_sample(400, 11), frozen_sample(300, 12)
COARSE = *frozen_coarse_sample(600, 1), *frozen_coarse_sample(300, 2)


def all_of_dci():
    scores = dci(*COARSE, seed=0)
    return [scores.disentanglement, scores.completeness, scores.informativeness, scores.train_informativeness]


SCORES = {
    "beta_vae_score": lambda: beta_vae_score(frozen_represent, SIZES, pairs=4, seed=SEED, **DRAWS),
    "factor_vae_score": lambda: factor_vae_score(
        frozen_represent, SIZES, batch=5, scale_images=1000, seed=SEED, **DRAWS
    ),
    "mig": lambda: mig(*TRAIN),
    "sap": lambda: sap(*TRAIN, *TEST),
    "sap_of_ordered": lambda: sap_of_ordered(*TRAIN),
    "modularity": lambda: modularity(*TRAIN),
    "explicitness": lambda: explicitness(*TRAIN, *TEST),
    "dci": all_of_dci,
    "udr_lasso": lambda: udr(*frozen_models()),
    "udr_spearman": lambda: udr(*frozen_models(), correlation="spearman"),
}


def test_every_frozen_number_is_compared():
    assert set(SCORES) == set(REFERENCE)


@pytest.mark.parametrize("name", SCORES)
def test_scores_equal_the_reference(name):
    np.testing.assert_allclose(SCORES[name](), REFERENCE[name], rtol=0, atol=1e-6)
