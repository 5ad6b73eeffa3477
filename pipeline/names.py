"""Names that pictures, tables and pages give to datasets, networks, classes and models."""

from collections.abc import Mapping
from typing import Any

from tfvae.plotting.identity import Identity

_DATASETS = {
    "digits": "Digits", "mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "usps": "USPS",
    "flower_patches": "Flower patches", "flowers102": "Flowers 102",
}  # fmt: skip
ABOUT = {  # what a reader must know of one
    "flower_patches": "Flower patches are not Flowers 102: all are crops of one photograph of a flower, and test "
    "images overlap with training ones.",
}
NETWORK_TITLES = {"mlp": "dense networks", "cnn": "convolutional networks"}
CLASS_NAMES = {
    "fashion_mnist": (
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ),
}  # fmt: skip


def dataset_title(name: str) -> str:
    """Return a dataset's title, as in "Fashion-MNIST"; a dataset without one keeps its name."""
    return _DATASETS.get(name, name)


def model_name(record: Mapping[str, Any]) -> str:
    """Return the thesis's name of a model: 0.2-VAE, SB-VAE, and with convolutional networks 0.2-CVAE, SB-CVAE."""
    return Identity.of(record).name(record["network"])
