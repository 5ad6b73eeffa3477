"""Which models the stage disentanglement trains, and what it makes of their scores."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.training import Training
from pipeline.known_factors.models import MODELS, UNTRAINED, above, describe, plan, rank_correlations, shown
from tests.pipeline.pages.further_records import SCORES, summary
from tfvae.models import build_model


@pytest.fixture(scope="module")
def settings(parameters_with):
    return parameters_with({}).disentanglement.of("sprites")


def test_every_method_strength_and_seed_is_trained_alike_and_an_encoder_of_each_seed_not_at_all(settings):
    jobs = plan(settings, (32, 32, 1), 6144, Path("models"))
    expected = [
        (f"{method}-{strength}", strength, seed)
        for method, options in settings.by_method().items()
        for strength in options["strengths"]
        for seed in settings.seeds
    ]
    trained = [job for job in jobs if job.model != UNTRAINED]
    assert [(job.model, job.training.schedule["beta"], job.training.seed) for job in trained] == expected
    assert {job.training.steps for job in trained} == {settings.steps}
    assert [job.training.seed for job in jobs if job.training.steps == 0] == settings.seeds
    assert len({job.folder for job in jobs}) == len(jobs)


def test_the_committed_parameters_build_every_model_from_the_same_encoder(settings):
    """So the untrained encoder of a seed is that of all methods."""
    shape, seed = (8, 8, 1), settings.seeds[-1]
    jobs = [job for job in plan(settings, shape, 500, Path("models")) if job.training.seed == seed]
    assert {job.training.configuration["model"] for job in jobs} == {*MODELS}
    untrained = build_model({**jobs[-1].training.configuration, "encoder": [4], "decoder": [4]}, seed)
    for job in jobs:
        model = build_model({**job.training.configuration, "encoder": [4], "decoder": [4]}, seed)
        for own, first in zip(model.encoder.get_weights(), untrained.encoder.get_weights(), strict=True):
            np.testing.assert_array_equal(own, first)


def test_rank_correlations_are_spearman_s():
    drawn = np.random.default_rng(0).normal(size=(3, 40))
    values = {"a": drawn[0], "b": np.round(drawn[0] + drawn[1]), "c": -drawn[2], "same": np.full(40, 0.1)}
    found = rank_correlations(values)
    for one in "abc":
        for other in "abc":
            assert found[one][other] == pytest.approx(spearmanr(values[one], values[other]).statistic, abs=1e-12)
    assert set(found["same"].values()) == {found["a"]["same"]} == {None}


def test_a_score_is_above_its_floors_if_every_seed_s_is():
    pixels, untrained = {"mig": 0.2, "sap": 0.1}, {"mig": summary(0.1, 0.3), "sap": summary(0.1, 0.1)}
    assert above({"mig": summary(0.31, 0.4), "sap": summary(0.2, 0.3)}, untrained, pixels) == ["mig", "sap"]
    assert above({"mig": summary(0.3, 0.9), "sap": summary(0.1, 0.3)}, untrained, pixels) == []
    assert above({"mig": summary(0.2, 0.9), "sap": summary(0.2, 0.3)}, untrained, pixels) == ["sap"]


@pytest.mark.parametrize(
    ("values", "best", "median"), [((0.1, 0.3, 0.2), 4, 9), ((0.4, 0.1, 0.2, 0.3), 7, 9), ((0.2, 0.2), 7, 4)]
)
def test_the_best_and_the_lower_median_seed_are_shown(values, best, median):
    seeds = [7, 4, 9, 8][: len(values)]
    models = {
        "low": {"seeds": seeds, "scores": {"mig": summary(*[0.01] * len(seeds))}},
        "high": {"seeds": seeds, "scores": {"mig": summary(*values)}},
    }
    assert shown(models) == {"model": "high", "best": best, "median": median}


def outcome(model, seed, codes, score):
    metrics = {"distortion": 1.0, "kl": 2.0, "kl_per_dimension": {"1": 2.0}, "scores": dict.fromkeys(SCORES, score)}
    measured = {"metrics": metrics, "codes": codes, "divergences": np.full(codes.shape[1], 1.0)}
    training = Training({"model": "vae"}, {"beta": 2}, seed, 9)
    return Outcome(Job(training, None, None, model), "key", {"weights": {"": [np.zeros((2, 3))]}}, measured)


def test_udr_compares_the_seeds_of_each_model_with_each_other():
    """It is high where they have the same latents in another order and with other signs, and low for mixtures."""
    codes = np.random.default_rng(1).normal(size=(400, 3))
    mixed, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))
    found = describe(
        [
            outcome("vae-2", 0, codes, 0.5), outcome("vae-2", 1, -codes[:, [2, 0, 1]], 0.75),
            outcome("vae-4", 0, codes, 0.25), outcome("vae-4", 1, codes @ mixed, 0.25),
            outcome(UNTRAINED, 0, codes, 0.5), outcome(UNTRAINED, 1, 2 * codes, 0.5),
        ],
        dict.fromkeys(SCORES, 0.125),
    )  # fmt: skip
    same, other = (found["models"][name]["scores"]["udr"] for name in ("vae-2", "vae-4"))
    assert same["values"] == pytest.approx([0.9, 0.9], abs=0.02) and max(other["values"]) < 0.7
    assert found["untrained"]["udr"]["values"] == pytest.approx([0.9, 0.9], abs=0.02)
    assert UNTRAINED not in found["models"] and found["models"]["vae-2"]["parameters"] == 6
    assert found["shown"] == {"model": "vae-2", "best": 1, "median": 0}
    ranks = spearmanr([0.5, 0.75, 0.25, 0.25], [*same["values"], *other["values"]]).statistic
    assert found["rank_correlations"]["mig"]["udr"] == pytest.approx(ranks)
