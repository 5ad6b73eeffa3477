"""Draw new images: the mean images of p(x|z), z being drawn from the prior.

--scale 100 and --shift 2 are the thesis's augmented sampling: latents times a factor, and latents plus a number; with
both, they are scaled first. The output is one .png sheet, a folder with a PNG for each image, or a .npz file with the
images (N, H, W, C) float32 from 0 to 1 and their latents (N, D).
"""

import argparse
from math import ceil, sqrt
from pathlib import Path

from tfvae.command import inputs, outputs
from tfvae.errors import Refused
from tfvae.images import to_bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "-o", "--output", type=Path, help="a .png or a .npz file, or a new folder; by default <MODEL>-samples.png here"
    )
    parser.add_argument("--count", type=int, default=64, help="images, %(default)s by default")
    parser.add_argument("--seed", type=int, default=0, help="of the draws, %(default)s by default")
    parser.add_argument("--scale", type=float, help="a factor of the latents")
    parser.add_argument("--shift", type=float, help="a number to add to each of the latents")
    inputs.add_labels(parser)


def run(given: argparse.Namespace) -> str:
    """Write samples; return what was done."""
    output = given.output or Path(f"{Path(given.model).resolve().name}-samples.png")
    kind = outputs.kind_of(output, (".png", ".npz", ""))
    if given.count < 1 or (kind == ".png" and given.count > outputs.MOST_ON_A_SHEET):
        limit = f"from 1, and at most {outputs.MOST_ON_A_SHEET:,} on a sheet"
        raise Refused(f"--count must be {limit}. Received: {given.count}")
    model = inputs.read_model(given.model)
    from tfvae.command import running

    if running.is_quantised(model):
        raise Refused(
            f"{given.model}: the prior that a vector-quantised model is trained with is uniform, and its samples are "
            "noise; good ones need a prior of codes that is learned (tfvae.priors). Use embed, reconstruct or score"
        )
    labels = inputs.read_labels(given.labels, given.count, model)
    from tfvae.sampling.transforms import scaled, shifted

    with running.generator(model, given.seed, given.count) as generator:
        latents = generator.prior_latents(given.count)
        if given.scale is not None:
            latents = scaled(latents, given.scale)
        if given.shift is not None:
            latents = shifted(latents, given.shift)
        images = generator.images(latents, *labels)
    if kind == ".png":
        outputs.write_sheet(output, outputs.as_rows(images, ceil(sqrt(given.count))))
    elif kind == ".npz":
        outputs.write_npz(output, {"images": images, "latents": latents})
    else:
        outputs.write_pictures(output, to_bytes(images), outputs.numbers(given.count))
    return f"{output}: {given.count} samples with the seed {given.seed}"
