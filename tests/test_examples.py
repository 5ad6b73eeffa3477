"""How many inputs the property tests of all numbers try: what the README says of them."""

import importlib
import math
from pathlib import Path

TESTS = Path(__file__).parent
AT_LEAST = 9_000
"""Examples of the tests of metrics, distributions and samplers in one run."""


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
