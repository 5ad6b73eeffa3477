"""The six samplers: what each draws, what is measured of it, and the record."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import augmented_sampling, files
from pipeline.augmented_sampling import read_models
from pipeline.thesis.samplers import Sampling, measure, sampled_latents
from tests.pipeline.model_folders import write_model
from tfvae.sampling.generation import Generator

SAMPLERS = ["prior", "scaled", "shifted", "shifted_fit", "gaussian", "mixture"]
COVARIANCE = np.array([[2.0, 0.6], [0.6, 1.0]])


class Latents(Generator):
    """Stands for a trained model: its prior is N(0, I), its aggregated posterior N((3, -1), COVARIANCE)."""

    def __init__(self):
        self.encoded, self._seed = [], 0

    def prior_latents(self, count, purpose):
        return np.random.default_rng([1, len(purpose)]).standard_normal((count, 2)).astype(np.float32)

    def posterior_latents(self, images, purpose):
        self.encoded.append(images)
        noise = np.random.default_rng([2, len(purpose)]).standard_normal((len(images), 2))
        return (np.array([3.0, -1.0]) + noise @ np.linalg.cholesky(COVARIANCE).T).astype(np.float32)


def settings(**changes):
    values = {"images": 4000, "scale": 100.0, "shift": 2.0, "components": 2, "neighbours": 3, "neighbour_images": 20}
    return SimpleNamespace(**{**values, **changes})


@pytest.fixture(scope="module")
def drawn():
    generator, images = Latents(), np.arange(5000)
    return generator, sampled_latents(generator, images, settings(), seed=0)


def test_every_sampler_draws_as_many_latents(drawn):
    assert list(drawn[1]) == SAMPLERS
    assert {(array.shape, array.dtype) for array in drawn[1].values()} == {((4000, 2), np.dtype(np.float32))}


def test_the_prior_is_scaled_and_shifted(drawn):
    latents = drawn[1]
    np.testing.assert_array_equal(latents["prior"], Latents().prior_latents(4000, "augmented sampling"))
    np.testing.assert_array_equal(latents["scaled"], latents["prior"] * np.float32(100))
    np.testing.assert_array_equal(latents["shifted"], latents["prior"] + np.float32(2))


def test_a_fitted_shift_moves_the_prior_to_the_aggregated_posterior(drawn):
    latents = drawn[1]
    aggregated = Latents().posterior_latents(np.arange(4000), "aggregated posterior")
    np.testing.assert_allclose(latents["shifted_fit"].mean(axis=0), aggregated.mean(axis=0), atol=1e-3)
    moves = latents["shifted_fit"].astype(np.float64) - latents["prior"]
    np.testing.assert_allclose(moves, np.broadcast_to(moves.mean(axis=0), moves.shape), atol=1e-5)


@pytest.mark.parametrize("name", ["gaussian", "mixture"])
def test_fitted_densities_have_the_moments_of_the_aggregated_posterior(drawn, name):
    latents = drawn[1][name].astype(np.float64)
    # Five standard errors of 4,000 draws, those that were fitted and those of the sampler together.
    np.testing.assert_allclose(latents.mean(axis=0), [3, -1], atol=5 * np.sqrt(2 * 2 / 4000))
    np.testing.assert_allclose(np.cov(latents, rowvar=False), COVARIANCE, atol=5 * np.sqrt(2 * 2 * 2**2 / 4000))


def test_the_aggregated_posterior_is_that_of_distinct_training_images(drawn):
    (chosen,) = drawn[0].encoded
    assert len(chosen) == len(set(chosen.tolist())) == 4000
    assert (chosen[:-1] > chosen[1:]).any(), "the first images of a file may be of one kind"


def test_few_training_images_are_all_used():
    generator = Latents()
    latents = sampled_latents(generator, np.arange(30), settings(images=50), seed=0)
    assert sorted(generator.encoded[0].tolist()) == list(range(30))
    assert {array.shape for array in latents.values()} == {(50, 2)}


def test_draws_depend_on_the_seed_alone():
    first, again, other = (sampled_latents(Latents(), np.arange(90), settings(images=60), seed) for seed in (1, 1, 2))
    for name in SAMPLERS:
        np.testing.assert_array_equal(first[name], again[name])
    assert (first["gaussian"] != other["gaussian"]).any() and (first["mixture"] != other["mixture"]).any()


@pytest.fixture(scope="module")
def measured(configuration, yardstick, alone):
    """What is measured of one model, the model as a generator, and the yardstick.

    Its reference are scaled samples of the model itself: digits are so far away that precision and the like are 0.
    """
    from pipeline.experiment.measuring import Meter
    from tfvae.models.vae import build_vae

    model = build_vae(configuration, seed=4)
    generator = Generator(model, 4)
    reference = Meter(yardstick).extract(generator.images(100 * generator.prior_latents(60, "reference")))[0]
    yardstick = replace(yardstick, features=reference)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        sampling = Sampling(configuration, model.get_weights(), 4)
        return measure(sampling, (yardstick, settings(images=50)), alone), generator, yardstick


def test_a_model_is_measured_in_every_way(measured):
    of_model, *_ = measured
    names = {"fid", "fid_relative", "kid", "tvd", "max_class_gap", "inception_score"}
    names |= {"precision", "recall", "density", "coverage", "blank_share"}
    assert list(of_model) == SAMPLERS
    assert all(set(metrics) == names for metrics in of_model.values())
    assert all(np.isfinite(list(metrics.values())).all() for metrics in of_model.values())


def test_blank_images_are_counted_of_each_sampler(measured):
    of_model, generator, _ = measured
    prior = generator.prior_latents(50, "augmented sampling")
    for name, latents in (("prior", prior), ("scaled", 100 * prior), ("shifted", prior + 2)):
        spans = [image.max() - image.min() for image in generator.images(latents)]
        assert of_model[name]["blank_share"] == sum(span < 0.1 for span in spans) / 50
    assert of_model["scaled"]["blank_share"] < of_model["prior"]["blank_share"]  # near 0 all is grey


def test_neighbours_are_those_of_the_first_images(measured):
    from sklearn.neighbors import NearestNeighbors

    from pipeline.experiment.measuring import Meter

    of_model, generator, yardstick = measured
    latents = 100 * generator.prior_latents(50, "augmented sampling")
    generated = Meter(yardstick).extract(generator.images(latents))[0][:20]
    real = yardstick.features[:20]
    # Its own nearest neighbour is each point itself, so the third other one is the fourth.
    radii = NearestNeighbors(n_neighbors=4).fit(real).kneighbors(real)[0][:, 3]
    distances = np.linalg.norm(real[:, None] - generated[None], axis=2)
    assert of_model["scaled"]["precision"] == (distances < radii[:, None]).any(axis=0).mean()
    assert of_model["scaled"]["coverage"] == (distances < radii[:, None]).any(axis=1).mean()
    radii = NearestNeighbors(n_neighbors=4).fit(generated).kneighbors(generated)[0][:, 3]
    assert of_model["scaled"]["recall"] == (distances < radii).any(axis=1).mean()
    assert all(0 < of_model["scaled"][name] < 1 for name in ("precision", "recall", "coverage"))


def test_models_are_read_in_the_order_of_their_seeds(tmp_path):
    for seed in (10, 2, 0):
        write_model(
            tmp_path / f"seed-{seed}", {"network": f"of {seed}", "image_shape": [28, 28, 1]}, [np.full(2, seed)]
        )
    files.write_npz(tmp_path / "samples.npz", {})
    models = read_models(tmp_path, {"x_train": np.zeros((1, 28, 28, 1))})
    described = [(one.configuration["network"], int(one.weights[0][0]), one.seed) for one in models]
    assert described == [("of 0", 0, 0), ("of 2", 2, 2), ("of 10", 10, 10)]


def test_the_record_has_every_metric_over_all_seeds(monkeypatch, tmp_path, parameters_with, yardstick):
    def run_resumable(function, models, shared, *, amounts, label, unit):
        assert (function, amounts, unit) == ("pipeline.thesis.samplers:measure", [6, 6], "sampler")
        assert label == "sampling digits mlp beta 0.2" and shared[0] is yardstick
        return [{"prior": {"fid": 1.0, "recall": 0.5}}, {"prior": {"fid": 3.0, "recall": 0.75}}]

    monkeypatch.setattr(augmented_sampling, "run_resumable", run_resumable)
    monkeypatch.setattr(augmented_sampling, "read_yardstick", lambda *_: yardstick)
    monkeypatch.setattr(augmented_sampling, "read_dataset", lambda *_: None)
    models = [Sampling({"precision": "bfloat16"}, [], seed) for seed in (0, 3)]
    monkeypatch.setattr(augmented_sampling, "read_models", lambda *_: models)
    augmented_sampling.main(
        parameters_with({"augmented_sampling.common.scale": 50}), dataset="digits", network="mlp", beta=0.2, data=None,
        classifier=None, models=None, record=tmp_path / "record.json",
    )  # fmt: skip
    assert files.read_json(tmp_path / "record.json") == {
        "dataset": "digits", "network": "mlp", "beta": 0.2, "precision": "bfloat16", "seeds": [0, 3], "scale": 50,
        "shift": 2, "components": 10, "samplers": {
            "prior": {
                "fid": {"mean": 2.0, "sd": pytest.approx(2**0.5), "n": 2, "values": [1.0, 3.0]},
                "recall": {"mean": 0.625, "sd": pytest.approx(2**0.5 / 8), "n": 2, "values": [0.5, 0.75]},
            }
        },
    }  # fmt: skip
