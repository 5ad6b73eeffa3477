"""The notebooks, scripts in docs/notebooks, run as they stand."""

import os
import re
import subprocess
import sys

import pytest
from PIL import Image

import tfvae
from tests.documents import ROOT

NOTEBOOKS = {path.stem: path for path in (ROOT / "docs" / "notebooks").glob("*.py")}


def run(name, folder):
    """Run a notebook in a folder, as a user would, and return what it prints."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "TFVAE_"))}
    variables |= {"PYTHONPATH": str(ROOT / "src"), "MPLCONFIGDIR": str(folder / "matplotlib")}
    done = subprocess.run(
        [sys.executable, str(NOTEBOOKS[name])], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    said = re.sub(r"Matplotlib is building the font cache.*\n", "", done.stderr)  # once, on a slow machine
    assert done.returncode == 0 and said == "", done.stderr
    return done.stdout


def test_the_library_in_five_minutes(tmp_path):
    printed = run("five_minutes", tmp_path)
    losses = [float(loss) for loss in re.findall(r"^loss ([\d.]+), distortion", printed, re.MULTILINE)]
    assert len(losses) == 3 and losses == sorted(losses, reverse=True)
    fids = {name: float(value) for name, value in re.findall(r"FID of ([a-z ]+): ([\d.]+)", printed)}
    assert fids.keys() == {"prior", "mixture", "training images"} and fids["mixture"] < fids["prior"]
    model = tfvae.load_model(tmp_path / "my-model")
    assert model.posterior.latent_dim == 8
    with Image.open(tmp_path / "five-minutes.png") as picture:
        assert len(picture.convert("L").getcolors()) > 20


def test_a_posterior_of_one_s_own(tmp_path):
    printed = run("own_posterior", tmp_path)
    one, other = re.search(r"KL by quadrature ([\d.]+), in closed form ([\d.]+)", printed).groups()
    assert float(one) == pytest.approx(float(other), abs=1e-3)
    terms = re.findall(
        r"^(\w+), test images: loss ([\d.]+), distortion ([\d.]+), kl ([\d.]+) nats$", printed, re.MULTILINE
    )
    assert [name for name, *_ in terms] == ["Laplace", "Gaussian"]
    assert all(float(kl) > 1 for *_, kl in terms), "the latents are used"
    assert (tmp_path / "own-posterior.png").is_file()


def test_every_notebook_is_run_and_is_one_for_jupytext():
    assert NOTEBOOKS.keys() == {"five_minutes", "own_posterior"}
    for path in NOTEBOOKS.values():
        cells = re.findall(r"^# %%.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert cells[0] == "# %% [markdown]" and set(cells) == {"# %%", "# %% [markdown]"}
