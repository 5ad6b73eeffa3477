"""What the strongest findings are made of: records of the study, and lines of the record reproduction."""

import shutil

from pipeline.jobs.closure import ROOT
from tests.pipeline.pipeline_file import load_yaml, options

# The published values that the sentences quote; the small study has that of the dense stick-breaking model of MNIST.
QUOTED = [
    ("mnist", "mlp", 0.2, "mse_sum", 33.7476), ("mnist", "sb-cnn", None, "kl", 10.1346),
    ("fashion_mnist", "mlp", 0.2, "mse_sum", 21.5517), ("fashion_mnist", "sb-mlp", None, "kl", 10.1346),
    ("fashion_mnist", "sb-cnn", None, "kl", 10.1346),
]  # fmt: skip


def paths(root):
    """Return where the stage report reads them, below a folder."""
    return [root / path for path in options(load_yaml("dvc.yaml")["stages"]["report"])["findings"]]


def write_found(root):
    """Copy those records of the study that a folder lacks to where the stage report reads them; return their paths."""
    for path in paths(root):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path.relative_to(root), path)
    return paths(root)


def quoted_figures(**shared):
    """Return the lines of the record reproduction that the sentences quote."""
    return [
        {**shared, "dataset": dataset, "line": 10 + place, "model": model, "beta": beta, "metric": metric,
         "published": value, "legacy": None, "corrected": None, "verdict": "void", "explained_by": [], "reason": ""}
        for place, (dataset, model, beta, metric, value) in enumerate(QUOTED)
    ]  # fmt: skip
