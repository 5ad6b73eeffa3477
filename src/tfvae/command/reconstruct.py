"""Reconstruct images: the mean image of p(x|z), z being the mean of q(z|x) or a draw from it.

The output is a .png sheet, with the originals in every other row and the reconstructions below them; a folder with a
PNG for each image, named as the picture was or by its row in the array; or a .npz file with the images (N, H, W, C)
float32 from 0 to 1 and the names of the pictures.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from tfvae.command import inputs, outputs
from tfvae.errors import Refused
from tfvae.images import to_bytes

_COLUMNS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    inputs.add_images(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, help="a .png or a .npz file, or a new folder")
    parser.add_argument(
        "--posterior-samples", type=int, metavar="SEED", help="from one draw of q(z|x), instead of its mean"
    )


def run(given: argparse.Namespace) -> str:
    """Write the reconstructions of images; return what was done."""
    kind = outputs.kind_of(given.output, (".png", ".npz", ""))
    model = inputs.read_model(given.model)
    images = inputs.read_images(given.images, given.array, model.image_shape)
    labels = inputs.read_labels(given.labels, len(images.pixels), model)
    names = _file_names(images.names) if kind == "" else []
    sheet = outputs.as_rows(images.pixels, min(_COLUMNS, len(images.pixels))) if kind == ".png" else None
    from tfvae.command import running

    seed, count, label = given.posterior_samples, len(images.pixels), labels[0] if labels else None
    if running.is_quantised(model):
        if seed is not None:
            raise Refused("--posterior-samples: the posterior of a vector-quantised model is a point; leave it out")
        with running.codec(model, 2 * count) as codec:
            reconstructed = codec.images(codec.codes(images.pixels))
    elif seed is None:
        latents = running.means(model, images.pixels, labels)
        with running.generator(model, 0, count) as generator:
            reconstructed = generator.images(latents, label)
    else:
        with running.generator(model, seed, count) as generator:
            reconstructed = generator.reconstruct(images.pixels, labels=label).images
    if sheet is not None:
        rows = np.stack([sheet, outputs.as_rows(reconstructed, sheet.shape[1])], axis=1)
        outputs.write_sheet(given.output, rows.reshape(-1, *sheet.shape[1:]))
    elif kind == ".npz":
        outputs.write_npz(given.output, {"images": reconstructed, "names": np.asarray(images.names)})
    else:
        outputs.write_pictures(given.output, to_bytes(reconstructed), names)
    return f"{given.output}: {count} reconstructions"


def _file_names(names: list[str]) -> list[str]:
    """Return the names of the written files, without an ending: those of the pictures, or padded numbers of rows."""
    if names == [str(row) for row in range(len(names))]:
        return outputs.numbers(len(names))
    stems = [Path(name).stem for name in names]
    again = [stem for stem, count in Counter(stem.casefold() for stem in stems).items() if count > 1]
    if again:
        raise Refused(f"Two pictures would both be written as {again[0]}.png: rename one, or write a .npz file")
    return stems
