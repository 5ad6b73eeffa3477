"""The registry of metrics, and that evaluation stands without TensorFlow."""

import os
import subprocess
import sys

import pytest

import tfvae.evaluation
from tfvae.evaluation import METRICS, metric

# Modules that hold no metric of generated images.
OTHER = {
    "codebook",
    "confusion",
    "consistency",
    "features",
    "importance",
    "latent_space",
    "pareto",
    "registry",
    "summaries",
}


def run(program):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)


def test_evaluation_does_not_import_tensorflow():
    program = """
import sys
import tfvae.evaluation
assert "scipy" not in sys.modules
value = round(tfvae.evaluation.fid([[0.0], [2.0]], [[1.0], [3.0]]), 9)
for name in tfvae.evaluation.__all__:
    getattr(tfvae.evaluation, name)
print(value, [name for name in ("tensorflow", "keras") if name in sys.modules])
"""
    assert run(program).stdout.split(maxsplit=1) == ["1.0", "[]\n"]


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_found_and_public(name):
    function = metric(name)
    assert function is getattr(tfvae.evaluation, function.__name__)


def test_every_metric_module_is_registered():
    directory = os.path.dirname(tfvae.evaluation.__file__)
    modules = {name[:-3] for name in os.listdir(directory) if name.endswith(".py") and not name.startswith("_")}
    registered = {target.partition(":")[0].rpartition(".")[2] for target in METRICS.values()}
    assert modules == registered | OTHER


def test_refuses_an_unknown_name():
    with pytest.raises(ValueError, match=r"known ones are fid, kid.*Received: name='FID'"):
        metric("FID")
