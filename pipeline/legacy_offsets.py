"""Stage legacy-offsets: how far from 0 the latents of the thesis's β-VAEs stand, and which of its defects does it.

The thesis adds 2 to latents before it decodes them. A ReLU on the posterior's means allows none below 0, so a dimension
that tells images apart must stand on the right of 0.
"""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.experiment.summaries import summarize_nested

_ACTIVE_ABOVE = 0.01  # variance of the means over images (Burda et al., 2016, section 5.2)


def offsets(means: np.ndarray) -> dict[str, float]:
    """Return what the posterior means (N, D) of images say of where the latents stand.

    Returns:
        "active": dimensions whose variance over the images is above 0.01; "offset": the mean of these dimensions, over
        images and dimensions, 0 without any; "negative_share": of their means, 0 without any.
    """
    from tfvae.evaluation.latent_space import active_units

    active = means[:, active_units(means, _ACTIVE_ABOVE)]
    if not active.size:
        return {"active": 0.0, "offset": 0.0, "negative_share": 0.0}
    return {
        "active": float(active.shape[1]),
        "offset": float(active.mean(dtype=np.float64)),
        "negative_share": float((active < 0).mean()),
    }


def measure(folder: Path, images: np.ndarray) -> dict[str, float]:
    """Return `offsets` of the model whose config.json and weights.npz lie in a folder."""
    from tfvae.models.vae import build_vae
    from tfvae.sampling.encoding import posterior_parameters

    model = build_vae(files.read_json(folder / "config.json"))
    model.set_weights(files.read_weights(folder / "weights.npz"))
    return offsets(np.asarray(model.posterior.mean(posterior_parameters(model, images))))


def main(*, dataset: str, data: Path, models: Path, record: Path) -> None:
    """Measure the models at β = 0.2: under the thesis's protocol, and with each defect corrected alone."""
    images = files.read_npz(data)["x_test"]
    folders = sorted(path for path in models.iterdir() if path.name.split("-")[0] == "0.2")
    measured = {
        folder.name: summarize_nested([measure(seed, images) for seed in sorted(folder.iterdir())])
        for folder in folders
    }
    files.write_json(record, {"dataset": dataset, "models": measured})


if __name__ == "__main__":
    stage.run(main)
