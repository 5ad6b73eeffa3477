"""Fashion-MNIST: 70,000 articles of clothing, 28x28 (Xiao et al., 2017, https://arxiv.org/abs/1708.07747).

60,000 images train and 10,000 test, (N, 28, 28, 1), of the classes 0-9: T-shirt, trouser, pullover, dress, coat,
sandal, shirt, sneaker, bag and ankle boot.
"""

from pathlib import Path

from tfvae.data.dataset import Dataset
from tfvae.data.fetching import Source
from tfvae.data.idx import load_dataset

SOURCE = Source(
    dataset="fashion_mnist",
    mirrors=(
        # The authors' own address offers no https; the checksums make that harmless.
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    checksums={
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
)


def load(path: Path | None = None) -> Dataset:
    """Load Fashion-MNIST; see `tfvae.data.load`."""
    return load_dataset(SOURCE, path)
