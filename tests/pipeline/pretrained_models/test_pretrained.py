"""Models that Git keeps: as the library loads them, they are what was measured; a card says what its record says."""

import numpy as np
import pytest

import tfvae
from pipeline import files, pretrained
from pipeline.experiment.datasets import write_dataset
from pipeline.pretrained_models.card import card
from pipeline.pretrained_models.measuring import stored
from pipeline.records.pretrained import Pretrained
from tests.pipeline.model_folders import write_classifier
from tfvae.data.dataset import Dataset
from tfvae.evaluation.frechet import fid
from tfvae.sampling import Generator

BUDGET = {"steps": 30, "images": 50, "neighbour_images": 20}


@pytest.fixture(scope="module")
def made(tmp_path_factory, parameters_with, yardstick):
    """The stage's outputs for both networks, and the test images."""
    root, changes = tmp_path_factory.mktemp("pretrained"), {"pretrained.digits": dict.fromkeys(("mlp", "cnn"), BUDGET)}
    parameters, labels = parameters_with(changes), np.arange(100, dtype=np.uint8) % 5
    x_train, x_test = yardstick.x_train, yardstick.x_test
    write_dataset(root / "data.npz", Dataset("digits", x_train, labels, x_test, labels[: len(x_test)]))
    write_classifier(root / "classifier", yardstick)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
        patch.setenv("TFVAE_WORKERS", "1")
        patch.chdir(root)
        for network in ("mlp", "cnn"):
            pretrained.main(
                parameters, dataset="digits", network=network, data=root / "data.npz", classifier=root / "classifier",
                model=root / "pretrained" / f"digits-{network}", record=root / f"digits-{network}.json",
            )  # fmt: skip
    return root


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_what_the_library_loads_is_what_was_measured(made, yardstick, network):
    record, folder = (
        files.read_json(made / f"digits-{network}.json", Pretrained),
        made / "pretrained" / f"digits-{network}",
    )
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "config.json", "weights.npz"]
    assert (folder / "weights.npz").stat().st_size < 1_000_000
    model = tfvae.load_model(folder)
    assert sum(weight.size for weight in model.get_weights()) == record["parameters"]
    generator = Generator(model, record["seed"])
    extract = yardstick.classifier.extractor()
    samples = extract(generator.images(generator.prior_latents(record["images"])))[0]
    assert record["metrics"]["fid"] == pytest.approx(fid(samples, yardstick.features), rel=1e-6)
    terms = generator.reconstruct(yardstick.x_test).mean_terms()
    assert record["metrics"]["kl"] == pytest.approx(terms["kl"], rel=1e-6)


def test_weights_are_rounded_before_they_are_measured():
    weights = [np.array([1.0, 1.0001, 70000.0 / 2], np.float32)]
    assert stored(weights)[0].dtype == np.float32
    np.testing.assert_array_equal(stored(weights)[0], np.array([1.0, 1.0, 35008.0], np.float32))


def test_a_card_says_what_its_record_says(made):
    record = files.read_json(made / "digits-mlp.json", Pretrained)
    text = (made / "pretrained" / "digits-mlp" / "README.md").read_text(encoding="utf-8")
    assert text.encode() == card(record, 100, 60)
    assert "python -m tfvae sample digits-mlp" in text and "30 steps" in text and "β = 0.5" in text
    assert f"| {record['metrics']['mse']:.2f} | lower |" in text and record["processor"] in text
    assert "100 training images and 60 test images" in text
    other = {**record, "metrics": {**record["metrics"], "mse": 12.34}}
    assert "| 12.34 | lower |" in card(other, 100, 60).decode()
