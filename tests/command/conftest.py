"""Models, pictures and a way to run a command in this process."""

import numpy as np
import pytest
from PIL import Image

import tfvae
from tests.tiny_models import STICKS, configuration, digit_images, quantised, with_any_weights
from tfvae.command import main

COUNT, CLASSES = 12, 4
IMAGES = digit_images(COUNT)
LABELS = np.arange(COUNT) % CLASSES
COLOUR = np.concatenate([IMAGES, 255 - IMAGES, IMAGES // 2], axis=-1)
KINDS = {
    "mlp": configuration(),
    "cnn": configuration("cnn", likelihood="bernoulli"),
    "sticks": configuration(posterior=STICKS),
    "conditional": configuration(model="conditional_vae", num_classes=CLASSES),
    "quantised": quantised(),
    "colour": configuration(image_shape=[8, 8, 3]),
}


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder with a model of each kind, by its name."""
    folder = tmp_path_factory.mktemp("models")
    for name, described in KINDS.items():
        tfvae.save_model(folder / name, described, with_any_weights(described))
    return folder


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    """Commands run in a folder of their own, and in this process, which has started TensorFlow."""
    monkeypatch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pictures(tmp_path):
    """A folder of the images as PNG files; their names sort in another order than they were written."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for row in reversed(range(COUNT)):
        Image.fromarray(IMAGES[row, ..., 0]).save(folder / f"{row:02d} ä'.png")
    return folder


@pytest.fixture
def run(capsys):
    """Run a command; return what it prints, or its one message if it ends with the status 1."""

    def run_line(*line, status=0):
        assert main([str(word) for word in line]) == status
        printed = capsys.readouterr()
        told, silent = (printed.out, printed.err) if status == 0 else (printed.err, printed.out)
        if status:
            assert silent == "" and told.startswith("error: ") and told.count("\n") == 1
        return told

    return run_line
