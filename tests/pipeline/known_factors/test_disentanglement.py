"""The stage disentanglement on the smallest images: what is scored, by what, and what stands in its record."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import disentanglement, files
from pipeline.experiment.training import TrainingData, train
from pipeline.known_factors.measuring import Standard, floors, known, measure, scores
from pipeline.known_factors.models import plan
from pipeline.known_factors.names import METHODS, SCORES
from pipeline.params.known_factors import IMAGES
from pipeline.records.known_factors import Disentanglement
from tfvae.data.factors import FactorGrid
from tfvae.errors import Refused
from tfvae.evaluation.disentanglement import mig
from tfvae.models import build_model
from tfvae.sampling.encoding import posterior_means

COMMON = {
    "encoder": [8], "decoder": [8], "latent_dim": 3, "batch_size": 32, "dci_trees": 2, "train_draws": 60,
    "test_draws": 20, "draw_images": 8,
}  # fmt: skip
OWN = {"seeds": [3, 1], "steps": 20, "images": 150, "test_images": 100, "dci_images": 80, "udr_images": 60}
TINY = {
    **{f"disentanglement.common.{name}": value for name, value in COMMON.items()},
    "disentanglement.common.methods.vae.strengths": [4],
    "disentanglement.common.methods.tcvae.strengths": [2],
    "disentanglement.common.methods.factor_vae.strengths": [],
    "disentanglement.common.methods.dip_vae.strengths": [],
    "disentanglement.dots": OWN,
}


@pytest.fixture(scope="module")
def settings(parameters_with):
    return parameters_with(TINY).disentanglement.of("dots")


@pytest.fixture(scope="module")
def made(tmp_path_factory, parameters_with):
    """The outputs of the stage at a tiny budget, in a folder."""
    root = tmp_path_factory.mktemp("disentanglement")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        patch.setenv("TFVAE_WORKERS", "1")
        patch.chdir(root)
        disentanglement.main(
            parameters_with(TINY), dataset="dots", models=root / "models", figure_data=root / "pictures",
            record=root / "dots.json",
        )  # fmt: skip
    return root


@pytest.fixture(scope="module")
def record(made):
    return files.read_json(made / "dots.json", Disentanglement)


def test_the_schema_knows_the_sizes_of_all_data_sets():
    assert {name: len(known(name).grid) for name in IMAGES} == IMAGES
    with pytest.raises(Refused, match=r"known data sets with factors are dots, sprites\. Received: 'mnist'"):
        known("mnist")


def test_a_job_gives_the_same_bytes_twice(made, settings, monkeypatch):
    monkeypatch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
    standard = Standard.of(settings, "dots")
    job = plan(settings, (16, 16, 1), 256, made / "models")[1]
    trained = train(job.training, TrainingData(standard.images), Silent())
    for own, written in zip(trained["weights"][""], files.read_weights(job.folder / "weights.npz"), strict=True):
        assert own.tobytes() == written.tobytes()
    found, record = measure(job.measuring, trained, standard), files.read_json(made / "dots.json")
    model = record["models"][job.model]
    for name, value in found["metrics"]["scores"].items():
        assert model["scores"][name]["values"][1] == value, name
    assert [model[name]["values"][1] for name in ("distortion", "kl")] == [
        found["metrics"][name] for name in ("distortion", "kl")
    ]


class Silent:
    """Stands for the progress of a job that nobody watches."""

    def resume(self):
        return None

    def report(self, amount):
        pass

    def keep(self, state):
        pass


def test_a_record_has_every_model_with_all_scores_and_their_floors(record):
    assert list(record["models"]) == ["vae-4", "tcvae-2"]
    assert record["factors"] == {"row": 16, "column": 16}
    for model in record["models"].values():
        assert model["seeds"] == [3, 1] and model["method"] in METHODS
        assert list(model["kl_per_dimension"]) == ["1", "2", "3"]
        ranked = np.array([rank["values"] for rank in model["kl_per_dimension"].values()])
        assert (np.diff(ranked, axis=0) <= 0).all()
        np.testing.assert_allclose(ranked.sum(axis=0), model["kl"]["values"], rtol=1e-4, atol=1e-5)
    for scored in (record["untrained"], *(model["scores"] for model in record["models"].values())):
        assert set(scored) == set(SCORES)
        assert all(one["n"] == 2 and 0 <= min(one["values"]) <= max(one["values"]) <= 1 for one in scored.values())
    assert set(record["pixels"]) == set(SCORES) - {"udr"}
    assert set(record["rank_correlations"]) == set(SCORES)


def test_the_untrained_encoder_is_that_of_a_model_before_its_first_step(made, record, settings):
    standard = Standard.of(settings, "dots")
    for place, seed in enumerate(settings.seeds):
        folder = made / "models" / "vae-4" / f"seed-{seed}"
        configuration = files.read_json(folder / "config.json")
        codes = posterior_means(build_model(configuration, seed), standard.images)
        for name, value in scores(codes, standard).items():
            assert record["untrained"][name]["values"][place] == pytest.approx(value, abs=1e-6), name


def test_pictures_are_the_traversals_of_the_shown_seeds(made):
    with np.load(made / "pictures" / "pictures.npz") as pictures:
        assert {name: pictures[name].shape for name in pictures.files} == {
            "best": (3, 9, 16, 16, 1),
            "median": (3, 9, 16, 16, 1),
        }


def test_scores_are_judged_by_other_images_than_they_are_fitted_to(settings):
    train, test = Standard.of(settings, "dots").split()
    assert (len(train), len(test)) == (150, 100) and not {*train} & {*test}


def test_a_code_of_the_factors_scores_high_and_noise_does_not(settings):
    standard = Standard.of(settings, "dots")
    factors = standard.grid.factors_of(np.arange(256))
    perfect = scores(np.column_stack([factors, np.zeros(256)]).astype(float), standard)
    noise = scores(np.random.default_rng(0).normal(size=(256, 3)), standard)
    assert perfect["factor_vae"] == 1 and perfect["mig"] > 0.6 and perfect["disentanglement"] > 0.8
    for name in perfect:
        assert perfect[name] > noise[name] + 0.1, name
    train = standard.split()[0]
    assert perfect["mig"] == mig(factors[train], factors[train])


def test_the_floor_of_pixels_is_that_of_whitened_components():
    """Two factors that move the pixels along two directions, one of them hardly at all."""
    grid = FactorGrid(("strong", "weak"), (8, 8))
    strong, weak = grid.factors_of(np.arange(64)).T
    images = np.zeros((64, 2, 4, 1), np.uint8)
    images[:, 0, :, 0], images[:, 1, ::2, 0] = 30 * strong[:, None], weak[:, None]
    settings = {**COMMON, **OWN, "images": 40, "test_images": 24, "dci_images": 24}
    found = floors(Standard(images, grid, SimpleNamespace(**settings)), 2)
    assert found["factor_vae"] == 1 and found["mig"] > 0.5
    codes = np.column_stack([strong, weak]).astype(float)
    expected = scores(
        (codes - codes.mean(axis=0)) / codes.std(axis=0), Standard(images, grid, SimpleNamespace(**settings))
    )
    assert found == pytest.approx(expected, abs=0.05)
