"""MNIST: 70,000 handwritten digits, 28x28 (LeCun et al., 1998, https://doi.org/10.1109/5.726791).

60,000 images train and 10,000 test, (N, 28, 28, 1), of the classes 0-9.
"""

from pathlib import Path

from tfvae.data.dataset import Dataset
from tfvae.data.fetching import Source
from tfvae.data.idx import load_dataset

SOURCE = Source(
    dataset="mnist",
    mirrors=("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    checksums={
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
)


def load(path: Path | None = None) -> Dataset:
    """Load MNIST; see `tfvae.data.load`."""
    return load_dataset(SOURCE, path)
