"""Jobs of the stage latent-analysis: train one model, and measure what its latents tell."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.experiment.pictures import to_bytes
from pipeline.latent_spaces.models import BINARY
from tfvae.training.jobs import Progress

RUN = "pipeline.latent_spaces.jobs:run"
_SHOWN, _POINTS, _ACTIVE_ABOVE = 10, 9, 0.01
_BINARIZATION_SEED = 0  # images are binarised once for all models and seeds


def run(job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Train and measure one model.

    Args:
        job: "model" (a name of `pipeline.latent_spaces.models.LAYERS`), its "configuration", the "training" (a budget), the
            "seed", and whether "pictures" are wanted.
        shared: the dataset's four arrays, and the settings of the stage.
        progress: gets one unit for each epoch.

    Returns:
        "weights", "history" (a row per epoch), "metrics" (numbers, and mappings of names to numbers), "pictures"
        (arrays, if asked for).
    """
    from tfvae.training.runtime import use_one_core

    use_one_core()
    images, validation = np.split(shared["x_train"], [-shared["validation_images"]])
    if job["model"] != BINARY:
        model, history = _train(job, images, validation, progress)
        metrics = {f"validation_{name}": history[-1][f"validation_{name}"] for name in ("loss", "distortion", "kl")}
        measured, latents = _latent_metrics(model, shared)
        pictures = _pictures(model, latents, job["seed"], shared) if job["pictures"] else {}
        metrics |= measured
    else:
        from tfvae.sampling.importance import binarize

        images, validation = (
            binarize(array, _BINARIZATION_SEED, purpose)
            for array, purpose in ((images, "binarized training"), (validation, "binarized validation"))
        )
        model, history = _train(job, images, validation, progress)
        metrics, pictures = _likelihood(model, shared, job["seed"]), {}
    return {"weights": model.get_weights(), "history": history, "metrics": metrics, "pictures": pictures}


def _train(
    job: Mapping[str, Any], images: np.ndarray, validation: np.ndarray, progress: Progress
) -> tuple[Any, list[dict[str, float]]]:
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Schedule, Trainer

    training, seed = job["training"], job["seed"]
    epoch_steps = len(images) // training["batch_size"]
    steps = training["epochs"] * epoch_steps
    cooldown = (round((1 - training["cooldown_share"]) * steps), steps) if training["cooldown_share"] else None
    schedule = Schedule(1.0, training["batch_size"], training["learning_rate"], cooldown=cooldown)
    model = build_vae(job["configuration"], seed)
    trainer, generator = Trainer(model, images, schedule, seed), Generator(model, seed)
    history: list[dict[str, float]] = []
    if (kept := progress.resume()) is not None:
        trainer.restore(kept["trainer"])
        history = kept["history"]
        progress.report(len(history))
    for epoch in range(len(history) + 1, training["epochs"] + 1):
        terms = trainer.run(epoch_steps)
        made = generator.reconstruct(validation, f"validation {epoch}")
        distortion, kl = (float(np.mean(term, dtype=np.float64)) for term in (made.distortion, made.kl))
        held_out = {"loss": distortion + kl, "distortion": distortion, "kl": kl}
        history.append({"epoch": epoch, **terms, **{f"validation_{name}": held_out[name] for name in held_out}})
        progress.report(1)
        progress.keep({"trainer": trainer.state(), "history": history})
    return model, history


def _latent_metrics(model: Any, shared: Mapping[str, Any]) -> tuple[dict[str, Any], np.ndarray]:
    """Return what the posterior means of the test images tell, and these means (N, D)."""
    from tfvae.evaluation import latent_space
    from tfvae.sampling.encoding import posterior_means, posterior_parameters

    labels, few = shared["y_test"], slice(shared["probe_images"])
    parameters = posterior_parameters(model, shared["x_test"])
    latents = np.asarray(model.posterior.mean(parameters))
    known = posterior_means(model, shared["x_train"][few])
    separated = latent_space.silhouettes(latents, labels)
    errors = latent_space.neighbour_errors(latents, labels, shared["neighbours"])
    metrics: dict[str, Any] = {
        "silhouette": separated.score,
        "silhouette_per_class": {str(label): value for label, value in separated.per_class.items()},
        "neighbour_error": {str(k): error for k, error in errors.items()},
        "linear_probe_accuracy": latent_space.linear_probe_accuracy(known, shared["y_train"][few], latents, labels),
        "active_units": int(latent_space.active_units(latents, _ACTIVE_ABOVE).sum()),
    }
    if parameters.shape[1] == 2 * latents.shape[1]:  # a Gaussian: means and log-variances
        rates = latent_space.kl_per_dimension(*np.split(parameters, 2, axis=1))
        # Which dimension is which differs between seeds, so they are named by their rank.
        metrics["kl_per_dimension"] = {str(rank + 1): float(kl) for rank, kl in enumerate(np.sort(rates)[::-1])}
    return metrics, latents


def _likelihood(model: Any, shared: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return the negative log-likelihood of the binarised test images, and its bound, in nats per image."""
    from tfvae.evaluation.importance import elbos, importance_log_likelihoods
    from tfvae.sampling.importance import binarize, importance_log_weights

    images = binarize(shared["x_test"], _BINARIZATION_SEED, "binarized test")
    weights = importance_log_weights(model, images, shared["importance_samples"], seed)
    return {
        "negative_log_likelihood": -float(importance_log_likelihoods(weights).mean()),
        "negative_elbo": -float(elbos(weights).mean()),
    }


def _pictures(model: Any, latents: np.ndarray, seed: int, shared: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return what the figures show of one model: images as uint8, and coordinates of the test images' latents."""
    from sklearn.manifold import TSNE

    from tfvae.evaluation.latent_space import silhouettes
    from tfvae.sampling.encoding import traversals
    from tfvae.sampling.generation import Generator

    labels, generator = shared["y_test"], Generator(model, seed)
    centroids = np.stack([latents[labels == label].mean(axis=0) for label in np.unique(labels)])
    lines = traversals(generator.posterior_latents(shared["x_test"], "traversals"), latents[0], _POINTS)
    decoded = generator.images(lines.reshape(-1, lines.shape[-1]))
    few = slice(shared["tsne_images"])
    plane = TSNE(init="pca", learning_rate="auto", random_state=seed, n_jobs=1).fit_transform(latents[few])
    return {
        "originals": shared["x_test"][:_SHOWN],
        "reconstructions": to_bytes(generator.images(latents[:_SHOWN])),
        "centroids": to_bytes(generator.images(centroids)),
        "samples": to_bytes(generator.images(generator.prior_latents(_SHOWN, "pictures"))),
        "traversals": to_bytes(decoded).reshape(*lines.shape[:2], *decoded.shape[1:]),
        "plane": plane.astype(np.float32),
        "silhouettes": silhouettes(latents, labels).values.astype(np.float32),
        "labels": labels,
    }
