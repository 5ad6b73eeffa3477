"""Score images: squared error, distortion, KL divergence and loss of each, and their means.

They belong to one draw of q(z|x) for each image, keyed by --seed: on the same images and with a training's seed, the
means are "mse", "kl" and "loss" of the pipeline's records. The squared error is summed over pixels and averaged over
channels; the distortion is -log p(x|z), in nats up to a constant, and the KL divergence is in nats. Without --beta
there is no loss, which is distortion + beta * KL. A vector-quantised model has the squared error alone: it draws
nothing, and its rate is a constant.

The means are printed as JSON. A .json file holds them and the values of each image; a .csv file has a row for each.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.arguments import as_number
from tfvae.atomic import replace_file
from tfvae.command import inputs, outputs
from tfvae.errors import Refused
from tfvae.images import Images


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    inputs.add_images(parser)
    parser.add_argument("-o", "--output", type=Path, help="a .json or a .csv file with the values of each image")
    parser.add_argument("--seed", type=int, default=0, help="of the draws, %(default)s by default")
    parser.add_argument("--beta", type=float, help="weight of the KL divergence in the loss")


def run(given: argparse.Namespace) -> str:
    """Write the scores of images, if asked to; return their means as JSON."""
    kind = None if given.output is None else outputs.kind_of(given.output, (".json", ".csv"))
    beta = None if given.beta is None else as_number(given.beta, "--beta", "[0, inf)")
    model = inputs.read_model(given.model)
    images = inputs.read_images(given.images, given.array, model.image_shape)
    labels = inputs.read_labels(given.labels, len(images.pixels), model)
    from tfvae.command import running

    count = len(images.pixels)
    if running.is_quantised(model):
        if beta is not None:
            raise Refused("--beta: a vector-quantised model has no KL divergence that it could weigh; leave it out")
        with running.codec(model, 2 * count) as codec:
            scores = {"squared_error": _squared_errors(codec.images(codec.codes(images.pixels)), images.pixels)}
    else:
        with running.generator(model, given.seed, count) as generator:
            found = generator.reconstruct(images.pixels, labels=labels[0] if labels else None)
        errors = _squared_errors(found.images, images.pixels)
        scores = {"squared_error": errors, "distortion": found.distortion, "kl": found.kl}
    means = {name: float(np.mean(values, dtype=np.float64)) for name, values in scores.items()}
    if beta is not None:
        scores["loss"] = scores["distortion"] + np.float32(beta) * scores["kl"]
        means["loss"] = means["distortion"] + beta * means["kl"]
    head: dict[str, Any] = {"images": count, "seed": given.seed, "beta": beta, "mean": means}
    if kind == ".csv":
        columns = {name: values.tolist() for name, values in scores.items()}
        outputs.write_csv(given.output, {"image": images.names, **columns})
    elif kind == ".json":
        each = [
            {"image": name, **{score: float(values[row]) for score, values in scores.items()}}
            for row, name in enumerate(images.names)
        ]
        replace_file(given.output, (outputs.json_text({**head, "each": each}) + "\n").encode())
    return outputs.json_text(head)


def _squared_errors(images: NDArray[np.float32], originals: Images) -> NDArray[np.float32]:
    """Return the squared error of each image (N, H, W, C) in [0, 1], summed over pixels, averaged over channels."""
    wanted = originals.astype(np.float32) / 255.0 if originals.dtype == np.uint8 else originals
    errors: NDArray[np.float32] = np.square(images - wanted).mean(axis=-1).sum(axis=(1, 2))
    return errors
