"""Run a model over images, with a bar that follows its batches.

Nothing is computed here: the results are those of `tfvae.sampling`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from tfvae.batching import BATCH
from tfvae.images import Images
from tfvae.models.model import Model
from tfvae.models.vq_vae import VQVAE
from tfvae.sampling.codes import Codec
from tfvae.sampling.encoding import posterior_means
from tfvae.sampling.generation import Generator

Floats = NDArray[np.float32]
_COMPILED = "_encode", "_decode", "_evaluate"
_AT_ONCE = 10 * BATCH  # whole batches, so that they are those of all images


def is_quantised(model: Model) -> bool:
    """Return whether a model's latents are grids of codes."""
    return isinstance(model, VQVAE)


def codec(model: Any, images: int) -> Any:
    """Return a context with the codec of a vector-quantised model, and a bar for so many images."""
    return _followed(Codec(model), images)


def generator(model: Model, seed: int, images: int) -> Any:
    """Return a context with the generator of another model, and a bar for so many images."""
    return _followed(Generator(model, seed), images)


def means(model: Model, images: Images, labels: Sequence[NDArray[Any]]) -> Floats:
    """Return the means of q(z|x), (N, D), of images with their labels, if any."""
    parts = []
    with _bar(len(images)) as bar:
        for start in range(0, len(images), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            parts.append(posterior_means(model, images[rows], *(one[rows] for one in labels)))
            bar.update(len(parts[-1]))
    return np.concatenate(parts)


def _bar(images: int) -> Any:
    return tqdm(total=images, desc="images", unit="image", disable=None, leave=False)


@contextmanager
def _followed(runner: Any, images: int) -> Iterator[Any]:
    with _bar(images) as bar:
        for name in _COMPILED:
            if hasattr(runner, name):
                setattr(runner, name, _counted(getattr(runner, name), bar))
        yield runner


def _counted(function: Callable[..., Any], bar: Any) -> Callable[..., Any]:
    def follow(first: Any, *others: Any) -> Any:
        result = function(first, *others)
        bar.update(len(first))
        return result

    return follow
