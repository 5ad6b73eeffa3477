"""The example of the library in docs/library.md, and how many inputs the property tests of all numbers try."""

import importlib
import math
import os
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.documents import ROOT, blocks

TESTS = Path(__file__).parent
AT_LEAST = 9_000
"""Examples of the tests of metrics, distributions and samplers in one run."""


def test_the_example_trains_a_model_saves_its_samples_and_prints_one_line(tmp_path):
    [code] = [text for language, text in blocks(ROOT / "docs" / "library.md") if language == "python"]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "TFVAE_"))}
    variables |= {"PYTHONPATH": str(ROOT / "src"), "MPLCONFIGDIR": str(tmp_path / "matplotlib")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert re.fullmatch(r"\{'loss': [\d.]+, 'distortion': [\d.]+, 'kl': [\d.]+\}\n", done.stdout)
    with Image.open(tmp_path / "samples.png") as picture:
        assert len(picture.convert("L").getcolors()) > 20


def examples(function):
    """Return how many examples a test draws, over its parameters."""
    parameters = [mark.args[1] for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    return math.prod(map(len, parameters)) * function._hypothesis_internal_use_settings.max_examples


def test_thousands_of_inputs_are_tried():
    total = 0
    for folder in ("evaluation", "distributions", "sampling"):
        for file in sorted((TESTS / folder).glob("test_*.py")):
            module = importlib.import_module(f"tests.{folder}.{file.stem}")
            total += sum(examples(test) for test in vars(module).values() if getattr(test, "is_hypothesis_test", False))
    assert total >= AT_LEAST
