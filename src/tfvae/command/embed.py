"""Encode images: the mean of q(z|x) of each, or a draw from it.

A row of the output is an image, in the order of the input. A .npz file holds the latents (N, D) float32 with the names
of the pictures; a .csv file has the columns image, z0, z1 and so on. The latents of a vector-quantised model are the
codes (N, h, w) int32, or in a table c0, c1 and so on, row by row of the grid.
"""

import argparse
from pathlib import Path

import numpy as np

from tfvae.command import inputs, outputs
from tfvae.errors import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    inputs.add_images(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, help="a .npz or a .csv file")
    parser.add_argument(
        "--posterior-samples", type=int, metavar="SEED", help="one draw from q(z|x) for each image, instead of its mean"
    )


def run(given: argparse.Namespace) -> str:
    """Write the latents of images; return what was done."""
    kind = outputs.kind_of(given.output, (".npz", ".csv"))
    model = inputs.read_model(given.model)
    images = inputs.read_images(given.images, given.array, model.image_shape)
    labels = inputs.read_labels(given.labels, len(images.pixels), model)
    from tfvae.command import running

    name, letter, seed = "latents", "z", given.posterior_samples
    if running.is_quantised(model):
        if seed is not None:
            raise Refused("--posterior-samples: the posterior of a vector-quantised model is a point; leave it out")
        name, letter = "codes", "c"
        with running.codec(model, len(images.pixels)) as codec:
            latents = codec.codes(images.pixels)
    elif seed is None:
        latents = running.means(model, images.pixels, labels)
    else:
        with running.generator(model, seed, len(images.pixels)) as generator:
            latents = generator.posterior_latents(images.pixels, labels=labels[0] if labels else None)
    if kind == ".npz":
        outputs.write_npz(given.output, {name: latents, "names": np.asarray(images.names)})
    else:
        flat = latents.reshape(len(latents), -1)
        columns = {f"{letter}{column}": flat[:, column].tolist() for column in range(flat.shape[1])}
        outputs.write_csv(given.output, {"image": images.names, **columns})
    return f"{given.output}: {name} of {len(latents)} images, {'x'.join(map(str, latents.shape[1:]))} numbers each"
