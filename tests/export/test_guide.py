"""What README.md and docs/your-models.md show of trained models, run as it stands there."""

import os
import shlex
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

import tfvae
from tests.documents import ROOT, blocks, documented
from tests.tiny_models import configuration, digit_images
from tfvae.command import main
from tfvae.export import export_model
from tfvae.models import build_model

COMMANDS = {
    documented("python -m tfvae sample mnist-mlp"): "mnist-mlp-samples.png",
    documented("python -m tfvae sample mnist-mlp --scale 100 --output sharp.png"): "sharp.png",
    documented("python -m tfvae embed mnist-mlp pictures --output latents.csv"): "latents.csv",
    documented("python -m tfvae reconstruct mnist-mlp pictures --output reconstructed.png"): "reconstructed.png",
    documented("python -m tfvae score mnist-mlp pictures --beta 1 --output scores.csv"): "scores.csv",
    documented("python -m tfvae export mnist-mlp served --to savedmodel"): "served",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a small model `pretrained/mnist-mlp`, and pictures of its size."""
    described = configuration(image_shape=[28, 28, 1])
    tfvae.save_model(tmp_path / "pretrained" / "mnist-mlp", described, build_model(described))
    (tmp_path / "pictures").mkdir()
    for row, image in enumerate(digit_images(3)):
        Image.fromarray(np.kron(image[..., 0], np.ones((3, 3), np.uint8))).crop((0, 0, 28, 28)).save(
            tmp_path / "pictures" / f"{row}.png"
        )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
    return tmp_path


def test_the_commands_write_what_they_name(folder):
    for command, output in COMMANDS.items():
        words = shlex.split(command, comments=True)
        assert words[:3] == ["python", "-m", "tfvae"] and main(words[3:]) == 0
        assert (folder / output).exists()
    assert len((folder / "latents.csv").read_text().splitlines()) == 4


def test_help_is_there(capsys):
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(documented("python -m tfvae embed --help"))[3:])
    assert ended.value.code == 0 and "IMAGES" in capsys.readouterr().out


def test_the_code_runs(folder):
    texts = [text for language, text in blocks(ROOT / "docs" / "your-models.md") if language == "python"]
    assert [("tfvae" in text, "onnx" in text) for text in texts] == [(True, False), (False, False), (False, True)]
    if find_spec("tf2onnx") and find_spec("onnxruntime"):
        export_model("pretrained/mnist-mlp", "onnx", "onnx")
    else:
        texts.pop()
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "TFVAE_"))}
    for text in texts:
        done = subprocess.run(
            [sys.executable, "-c", text + "\nprint(images.shape if 'images' in dir() else mean.shape)"],
            cwd=folder, env=variables | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout in ("(16, 28, 28, 1)\n", "(1, 28, 28, 1)\n", "(1, 3)\n")
