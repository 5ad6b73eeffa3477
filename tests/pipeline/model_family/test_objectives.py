"""Which models the stage objectives trains, on what, and what it measures of them."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from pipeline import files, objectives
from pipeline.experiment.datasets import write_dataset
from pipeline.model_family.models import MODELS, POSTERIORS, plan
from pipeline.model_family.training import seen
from pipeline.params.model_family import OPTIONS, PRIORS
from pipeline.records.model_family import Objectives
from tests.pipeline.model_folders import write_classifier
from tfvae.data.dataset import Dataset
from tfvae.models import VAE, build_model

COMMON = {
    "encoder": [8], "decoder": [8], "latent_dim": 3, "components": 2, "flow_steps": 10, "importance_samples": 3,
    "votes": [1, 5],
}  # fmt: skip
TINY = {
    **{f"objectives.common.{name}": value for name, value in COMMON.items()},
    "objectives.digits": {"models": ["vae", "rae-l2"], "seeds": [3], "steps": 20, "images": 60,
                          "neighbour_images": 50, "fitted": 60, "probe_images": 80, "likelihood_images": 30},
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(parameters_with):
    return parameters_with({}).objectives.of("mnist")


def test_every_model_kind_of_pixels_and_seed_is_trained_alike(settings):
    jobs = plan(settings, (28, 28, 1), 60_000, Path("models"))
    expected = [
        (f"{name}-{pixels}", pixels, seed)
        for name, one in settings.family.items()
        for pixels in one.pixels
        for seed in settings.seeds
    ]
    assert [(job.model, job.training.pixels, job.training.seed) for job in jobs] == expected
    assert len({job.folder for job in jobs}) == len(jobs)
    for job in jobs:
        assert job.training.steps == settings.steps
        assert job.training.schedule["batch_size"] == settings.batch_size
        assert job.measuring.pictures == (job.training.seed == settings.seeds[0])


def test_the_committed_parameters_build_every_model(settings):
    """So the options of the schema are those of the builders, and every one of them is in the study."""
    jobs = {job.training.configuration["model"]: job for job in plan(settings, (8, 8, 1), 500, Path("models"))}
    assert jobs.keys() == OPTIONS.keys() == {*MODELS}
    assert {one.posterior for one in settings.family.values()} == PRIORS.keys() == {*POSTERIORS}
    for one in plan(settings, (8, 8, 1), 500, Path("models")):
        if one.training.seed == settings.seeds[0] and one.training.pixels == "grey":
            configuration = {**one.training.configuration, "encoder": [4], "decoder": [4]}
            assert isinstance(build_model(configuration), VAE), one.model


def test_binary_pixels_are_drawn_once_with_the_brightness_as_their_chance():
    images = np.random.default_rng(0).integers(0, 256, (400, 5, 5, 1), dtype=np.uint8)
    binary = seen(images, "binary", "training")
    assert set(np.unique(binary)) == {0, 255} and binary.dtype == np.uint8
    np.testing.assert_array_equal(binary, seen(images, "binary", "training"))
    assert not np.array_equal(binary, seen(images, "binary", "test"))
    for low in range(0, 256, 64):
        chosen = (images >= low) & (images < low + 64)
        assert np.mean(binary[chosen] == 255) == pytest.approx(images[chosen].mean() / 255, abs=0.04)
    assert seen(images, "grey", "training") is images


@pytest.fixture(scope="module")
def made(tmp_path_factory, parameters_with, yardstick):
    """The outputs of the stage at a tiny budget, in a folder."""
    root, labels = tmp_path_factory.mktemp("objectives"), np.arange(len(yardstick.x_train), dtype=np.uint8) % 5
    parts = yardstick.x_train, labels, yardstick.x_test, labels[: len(yardstick.x_test)]
    write_dataset(root / "data.npz", Dataset("digits", *parts))
    write_classifier(root / "classifier", yardstick)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        patch.setenv("TFVAE_WORKERS", "1")
        patch.chdir(root)
        objectives.main(
            parameters_with(TINY), dataset="digits", data=root / "data.npz", classifier=root / "classifier",
            models=root / "models", figure_data=root / "pictures", record=root / "digits.json",
        )  # fmt: skip
    return root


def test_a_record_says_what_was_measured_of_each_model(made):
    record = files.read_json(made / "digits.json", Objectives)
    assert list(record["models"]) == ["vae-grey", "vae-binary", "rae-l2-grey"]
    for name, model in record["models"].items():
        assert model["seeds"] == [3] and model["kl"]["n"] == 1
        assert list(model["samplers"]) == ["prior", "gaussian", "mixture", "copula", "flow"]
        assert ("negative_log_likelihood" in model) == (model["pixels"] == "binary"), name
        assert set(model["untrained"]) == {"neighbour_error", "linear_probe_accuracy", "active_units"}
        if model["pixels"] == "binary":
            assert model["negative_log_likelihood"]["mean"] <= model["negative_elbo"]["mean"]
            bound = model["distortion"]["mean"] + model["kl"]["mean"]
            assert model["negative_elbo"]["mean"] == pytest.approx(bound, rel=0.1)  # of other images and draws
    assert record["models"]["rae-l2-grey"]["kl"]["mean"] == 0
    with np.load(made / "pictures" / "pictures.npz") as pictures:
        assert {name.split("|")[1] for name in pictures.files} == {"prior", "gaussian", "mixture", "copula", "flow"}
        assert {pictures[name].shape for name in pictures.files} == {(10, *record_shape(made))}


def record_shape(made):
    return files.read_npz(made / "data.npz")["x_train"].shape[1:]


def test_floors_are_those_of_the_pixels(made):
    record, arrays = files.read_json(made / "digits.json", Objectives), files.read_npz(made / "data.npz")
    known, unknown = (arrays[name].reshape(len(arrays[name]), -1) / 255 for name in ("x_train", "x_test"))
    for votes in (1, 5):
        model = KNeighborsClassifier(votes).fit(known[:80], arrays["y_train"][:80])
        expected = 1 - model.score(unknown, arrays["y_test"])
        assert record["pixels"]["grey"]["neighbour_error"][str(votes)] == pytest.approx(expected, abs=0.05)
