"""Importing the library prints nothing; what is no noise stays."""

import os
import re
import subprocess
import sys

import pytest

from tests.documents import ROOT

USE = """
import tfvae
model = tfvae.models.build_model({
    "model": "vae", "image_shape": [8, 8, 1], "network": "mlp", "encoder": [4], "decoder": [4],
    "posterior": {"name": "diagonal_gaussian", "latent_dim": 2}, "likelihood": "bernoulli", "precision": "float32",
})
generator = tfvae.sampling.Generator(model, seed=0)
assert generator.images(generator.prior_latents(2)).shape == (2, 8, 8, 1)
"""
NOISE = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1.2 15 cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.",
    "2026-01-01 00:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.",
    "W0000 00:00:1.2 15 computation_placer.cc:177] computation placer already registered. Please check linkage.",
    "2026-01-01 00:00:00.1: E external/xla/cuda_fft.cc:467] Unable to register cuFFT factory: Attempting to register",
    "2026-01-01 00:00:00.1: E external/xla/cuda_platform.cc:51] failed call to cuInit: INTERNAL: CUDA error",
    "E0000 00:00:1.2 15 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error",
)
ERRORS = (
    "E0000 00:00:1.2 15 conv_ops.cc:3] an error",
    "2026-01-01 00:00:00.123456: W tensorflow/core/util/port.cc:153] a warning",
    "Traceback (most recent call last):",
)


def run(code, **variables):
    """Run a program as a user would, without the settings of the tests."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "TFVAE_"))}
    environment = plain | {"PYTHONPATH": str(ROOT / "src")} | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def test_using_a_model_prints_nothing():
    done = run(USE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_all_is_shown_to_whoever_asks_for_it():
    assert re.search(r"^I\d{4} ", run(USE, TF_CPP_MIN_LOG_LEVEL="0").stderr, re.MULTILINE)


@pytest.mark.parametrize("end", ["", "raise ValueError('an end')"], ids=["imported", "failed"])
def test_errors_stay_and_noise_does_not(tmp_path, end):
    lines = "\n".join([*NOISE, *ERRORS]) + "\n"
    code = f"""
import os, pathlib
from tfvae import quiet
quiet._DRIVER = pathlib.Path({str(tmp_path / "none")!r})
with quiet.hushed():
    os.write(2, {lines.encode()!r})
    {end}
os.write(2, b"later\\n")
"""
    done = run(code)
    assert done.stderr.splitlines()[: len(ERRORS)] == list(ERRORS)
    assert done.stderr.endswith("ValueError: an end\n" if end else "later\n")


def test_a_driver_that_fails_is_no_noise(tmp_path, monkeypatch):
    from tfvae import quiet

    failed = NOISE[-1].encode()
    monkeypatch.setattr(quiet, "_DRIVER", tmp_path / "none")
    assert quiet._is_noise(failed)
    monkeypatch.setattr(quiet, "_DRIVER", tmp_path)
    assert not quiet._is_noise(failed)
