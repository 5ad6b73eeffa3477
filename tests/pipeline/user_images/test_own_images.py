"""The stages of a user's own images: any shape trains, resumes and is measured, with classes and without."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline import download, files, import_images, own_images, own_report
from pipeline.experiment import measuring, training
from pipeline.params.own_images import UserDataset
from pipeline.records.own_images import OwnImages
from pipeline.user_images import part
from pipeline.user_images.measuring import PaddedClassifier, padded
from pipeline.user_images.models import plan
from tests.pipeline.kept import Kept
from tests.pipeline.pages.further_records import own_record
from tfvae.networks.classifier import classifier

SHAPES = [(8, 8, 1), (20, 28, 1), (27, 31, 3), (64, 64, 3), (128, 128, 1)]
BUDGET = {
    "own_images.common.seeds": [0],
    "own_images.common.betas": [1],
    "own_images.common.batch_size": 16,
    "own_images.common.components": 2,
    "own_images.common.neighbours": 3,
    "own_images.common.feature_steps": 3,
    **{f"own_images.{size}.images": 30 for size in ("small", "medium", "large")},
    **{f"own_images.{size}.neighbour_images": 20 for size in ("small", "medium", "large")},
    **{f"own_images.{size}.steps": {"mlp": 4, "cnn": 4} for size in ("small", "medium", "large")},
}


def entry(shape, path="pictures"):
    return {"path": str(path), "height": shape[0], "width": shape[1], "channels": shape[2], "fit": "crop"}


@pytest.fixture
def parameters_of(parameters_with):
    """A function that returns parameters with one dataset, `mine`, and tiny budgets."""
    return lambda shape, path="pictures": parameters_with({**BUDGET, "user_datasets": {"mine": entry(shape, path)}})


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_any_shape_trains_resumes_and_samples(one_process, parameters_of, network, shape):
    budget = parameters_of(shape).own_images.of(UserDataset(**entry(shape)))
    [job] = [job for job in plan(budget, shape, Path("models")) if job.training.configuration["network"] == network]
    images = np.random.default_rng(0).integers(0, 256, (40, *shape), np.uint8)
    data = training.TrainingData(images)
    progress = Kept()
    whole = training.train(job.training, data, progress)
    resumed = training.train(job.training, data, Kept(progress.kept[0]))
    for one, other in zip(whole["weights"][""], resumed["weights"][""], strict=True):
        assert np.array_equal(one, other)
    generator = measuring.trained_generator(job.training, whole["weights"][""])
    samples = generator.images(generator.prior_latents(3))
    assert samples.shape == (3, *shape) and samples.std() > 0
    assert np.isfinite(whole["history"][""][-1]["loss"])


@pytest.fixture
def pictures(tmp_path):
    """A folder with two classes of coloured pictures, and the same without classes."""
    rng, folders = np.random.default_rng(0), {"classes": tmp_path / "classes", "flat": tmp_path / "flat"}
    for number in range(60):
        colour = np.array([(230, 20, 20), (20, 20, 230)][number % 2])
        image = Image.fromarray(np.uint8(colour + rng.integers(-20, 20, (12, 14, 3))))
        for home in (folders["classes"] / "rb"[number % 2], folders["flat"]):
            home.mkdir(parents=True, exist_ok=True)
            image.save(home / f"{number:02}.png")
    return folders


@pytest.mark.parametrize("kind", ["classes", "flat"])
def test_a_folder_of_pictures_becomes_a_record_and_a_page(
    one_process, monkeypatch, tmp_path, parameters_of, pictures, kind
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TFVAE_CHECKPOINTS", str(tmp_path / "kept"))
    parameters = parameters_of((8, 9, 3), pictures[kind])
    data, models, record = tmp_path / "mine.npz", tmp_path / "models", tmp_path / "metrics" / "own-images" / "mine.json"
    import_images.main(parameters, dataset="mine", data=data)
    own_images.main(parameters, dataset="mine", data=data, models=models, record=record)
    content = files.read_json(record, OwnImages)
    assert (content["training_images"], content["test_images"]) == (48, 12)
    assert content["image_shape"] == [8, 9, 3] and set(content["models"]) == {"mlp-1", "cnn-1"}
    of_model = content["models"]["cnn-1"]
    of_classes = {"tvd", "inception_score", "max_class_gap"}
    for metrics in (of_model, *of_model["samplers"].values()):
        assert {"fid", "fid_relative", "kid", "precision", "recall"} <= metrics.keys()
        assert of_classes & metrics.keys() == (of_classes if kind == "classes" else set())
    assert content["features"] == {"classes": "classifier", "flat": "random"}[kind]
    assert ("accuracy" in content) == (kind == "classes") and content["classes"] == {"classes": 2, "flat": 1}[kind]
    page = tmp_path / "plots" / "report-mine.html"
    files.write_bytes(tmp_path / "plots" / "mine" / "samples.png", (pictures["flat"] / "00.png").read_bytes())
    own_report.main(dataset="mine", record=record, models=models, figures=tmp_path / "plots" / "mine", page=page)
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert ("without classes" in text) == ("drawn by chance" in text) == (kind == "flat")
    assert "8x9 pixels in colour" in text and "sampled in three ways" in text and "Explore the latents" in text
    shown = [decoder["name"] for decoder in own_report.read_decoders(content, models)]
    assert shown == ["dense, β = 1", "convolutional, β = 1"]


@pytest.mark.parametrize("form", ["folders", "arrays"])
def test_the_digits_as_own_images_are_what_download_writes(tmp_path, parameters_of, form):
    download.main(dataset="digits", data=tmp_path / "digits.npz")
    arrays = files.read_npz(tmp_path / "digits.npz")
    path = tmp_path / "own.npz"
    if form == "arrays":
        np.savez(path, **arrays)
    else:
        path = tmp_path / "own"
        for split in ("train", "test"):
            for number, (image, label) in enumerate(zip(arrays[f"x_{split}"], arrays[f"y_{split}"], strict=True)):
                home = path / split / str(label)
                home.mkdir(parents=True, exist_ok=True)
                Image.fromarray(image[..., 0]).save(home / f"{number:04}.png")
    import_images.main(parameters_of((28, 28, 1), path), dataset="mine", data=tmp_path / "mine.npz")
    assert (tmp_path / "mine.npz").read_bytes() == (tmp_path / "digits.npz").read_bytes()


def test_small_images_are_padded_for_the_feature_network_alone():
    images = np.arange(8 * 12, dtype=np.uint8).reshape(1, 8, 12, 1)
    shown = padded(images)
    assert shown.shape == (1, 10, 12, 1) and np.array_equal(shown[:, :8], images) and not shown[:, 8:].any()
    assert padded(shown) is not images and np.array_equal(padded(shown), shown)
    network = classifier((10, 12, 1), 2)
    of_padded = PaddedClassifier({"image_shape": [10, 12, 1], "num_classes": 2}, network.get_weights()).extractor()
    assert of_padded(images)[0].shape == (1, 64)


def test_the_part_names_the_best_model_and_every_sampler():
    from pipeline.pages.study import Study
    from pipeline.pages.values import Record

    content = json.loads(json.dumps(own_record("mine")))
    study = Study("mine", "../params.yaml", [Record("own-images", "mine", "mine.json", content)], {})
    [found] = part.content(study)["datasets"]
    assert found["best"]["name"] == "dense, β = 1" and found["best"]["fid"].text.startswith("0.37")
    assert len(found["samplers"].rows) == 4 * 3 and len(found["table"].rows) == 4
    assert [row[0].text for row in found["samplers"].rows[:3]] == [
        "dense, β = 0.2: prior", "dense, β = 0.2: prior times 100", "dense, β = 0.2: fitted mixture",
    ]  # fmt: skip
    assert part.content(Study("mine", "", [], {})) is None
