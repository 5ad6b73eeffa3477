"""The card of a model: what it is, how it was made, what it is good for, with every number from its record."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.experiment.formats import number
from pipeline.names import dataset_title

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    autoescape=False,
)  # fmt: skip
_SOURCES = {
    "digits": "8x8 digits of E. Alpaydin and C. Kaynak (1998), which come with scikit-learn, enlarged to 28x28; "
    "CC BY 4.0, https://archive.ics.uci.edu/dataset/80",
    "mnist": "handwritten digits of Y. LeCun, C. Cortes and C. J. C. Burges, https://yann.lecun.org/exdb/mnist",
    "fashion_mnist": "pictures of clothes of Zalando Research (H. Xiao, K. Rasul, R. Vollgraf, 2017), MIT licence, "
    "https://github.com/zalandoresearch/fashion-mnist",
}
_METRICS = {  # in the order of the table: title, which way is better
    "fid": ("FID of samples, features of the dataset's own classifier", "lower"),
    "fid_relative": ("the same, divided by that of the mean image", "lower"),
    "precision": ("share of samples that look like test images", "higher"),
    "recall": ("share of test images that look like samples", "higher"),
    "coverage": ("share of test images with a sample nearby", "higher"),
    "tvd": ("total variation distance of the samples' classes", "lower"),
    "mse": ("squared error of a reconstruction, summed over pixels", "lower"),
    "kl": ("KL divergence to the prior, nats per image", ""),
}
_KINDS = {"mlp": "dense", "cnn": "convolutional"}


def card(record: Mapping[str, Any], training_images: int, test_images: int) -> bytes:
    """Return the card, Markdown in UTF-8, of a record of the stage pretrained."""
    metrics = [(name, title, number(record["metrics"][name], name), way) for name, (title, way) in _METRICS.items()]
    values = {
        **record,
        "title": dataset_title(record["dataset"]),
        "kind": _KINDS[record["network"]],
        "source": _SOURCES[record["dataset"]],
        "shape": "x".join(map(str, record["image_shape"])),
        "table": metrics,
        "training_images": training_images,
        "test_images": test_images,
    }
    return _TEMPLATES.get_template("card.md.j2").render(values).encode()
