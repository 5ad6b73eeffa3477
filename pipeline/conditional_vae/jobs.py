"""Jobs of the stage conditional: train a VAE or a conditional VAE with what the search found, and measure it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.conditional_vae.models import schedule
from pipeline.experiment.accuracy_score import accuracy_of_a_new_classifier
from pipeline.experiment.measuring import Meter
from pipeline.experiment.pictures import to_bytes
from tfvae.training.jobs import Progress

RUN = "pipeline.conditional_vae.jobs:run"
_SHOWN = 10


def run(job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Train and measure one model.

    Args:
        job: its "configuration" (conditional if it has "num_classes"), "proposal" (the best trial), "epochs",
            "cooldown_share" (the last share of the steps, over which the rate falls to 0), "seed", and whether
            "pictures" are wanted.
        shared: "yardstick", "y_train", "y_test", "images" (how many are generated), "classifier" (how the one for the
            accuracy score is trained) and "tsne_images".
        progress: gets one unit for each epoch.

    Returns:
        "weights", "history" (a row per epoch), "metrics" (numbers, and mappings of names to numbers), "confusion" (of a
        conditional model: requested against received classes) and "pictures" (arrays, if asked for).
    """
    from tfvae.training.runtime import use_one_core

    use_one_core()
    trained = _Trained(job, shared, progress)
    chosen = _chosen(len(shared["y_train"]), shared["images"], job["seed"])
    labels, meter = shared["y_train"][chosen], Meter(shared["yardstick"])
    images = trained.images(trained.generator.prior_latents(len(labels), "measured"), labels)
    result: dict[str, Any] = {
        "weights": trained.model.get_weights(),
        "history": trained.history,
        "metrics": {**meter.final(images), **trained.on_test_images()},
        "pictures": trained.pictures() if job["pictures"] else {},
    }
    if trained.conditional:
        from tfvae.evaluation.confusion import confusion

        received = meter.extract(images)[1].argmax(axis=1)
        counts = confusion(labels, received, meter.num_classes)
        real = shared["yardstick"].x_train[chosen]
        shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
        result["confusion"] = counts
        result["metrics"] |= {
            "agreement": float(np.trace(counts) / counts.sum()),
            "agreement_per_class": {str(label): float(share) for label, share in enumerate(shares)},
            "cas": accuracy_of_a_new_classifier(to_bytes(images), labels, job["seed"], shared),
            "cas_ceiling": accuracy_of_a_new_classifier(real, labels, job["seed"], shared),
        }
    return result


class _Trained:
    """A trained model; a conditional one gets the labels of its methods, a plain one ignores them."""

    def __init__(self, job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> None:
        from tfvae.models.conditional import build_conditional_vae
        from tfvae.models.vae import build_vae
        from tfvae.sampling.generation import Generator

        configuration, seed = job["configuration"], job["seed"]
        self.conditional = "num_classes" in configuration
        build = build_conditional_vae if self.conditional else build_vae
        self.job, self.shared = job, shared
        self.model = build(configuration, seed)
        self.generator = Generator(self.model, seed)
        self.x_test, self.y_test = shared["yardstick"].x_test, shared["y_test"]
        self.history, self.early = self._train(progress)

    def images(self, latents: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return self.generator.images(latents, self._given(labels))

    def reconstruct(self, count: int) -> Any:
        return self.generator.reconstruct(self.x_test[:count], labels=self._given(self.y_test[:count]))

    def means(self) -> np.ndarray:
        """Return the posterior means of the test images, (N, D)."""
        from tfvae.sampling.encoding import posterior_means

        return posterior_means(self.model, self.x_test, self._given(self.y_test))

    def on_test_images(self) -> dict[str, float]:
        from tfvae.evaluation.latent_space import silhouettes

        made = self.reconstruct(len(self.x_test))
        distortion, kl = (float(np.mean(term, dtype=np.float64)) for term in (made.distortion, made.kl))
        separated = silhouettes(self.means(), self.y_test).score
        return {"loss": distortion + kl, "distortion": distortion, "kl": kl, "silhouette": separated}

    def pictures(self) -> dict[str, np.ndarray]:
        """Return what the figures show, images as uint8.

        "samples" (classes, 10, H, W, C) of a conditional model have a class per row and share their latents by column.
        """
        from sklearn.manifold import TSNE

        classes, few = int(self.y_test.max()) + 1, slice(self.shared["tsne_images"])
        columns = self.generator.prior_latents(_SHOWN if self.conditional else _SHOWN * classes, "pictures")
        latents = np.tile(columns, (classes, 1)) if self.conditional else columns
        samples = to_bytes(self.images(latents, np.repeat(np.arange(classes), _SHOWN)))
        seed = self.job["seed"]
        plane = TSNE(init="pca", learning_rate="auto", random_state=seed, n_jobs=1).fit_transform(self.means()[few])
        return {
            "samples": samples.reshape(classes, _SHOWN, *samples.shape[1:]),
            "originals": self.x_test[:_SHOWN],
            "first_epoch": self.early,
            "last_epoch": to_bytes(self.reconstruct(_SHOWN).images),
            "plane": plane.astype(np.float32),
            "labels": self.y_test[few],
        }

    def _given(self, labels: np.ndarray) -> np.ndarray | None:
        return labels if self.conditional else None

    def _train(self, progress: Progress) -> tuple[list[dict[str, float]], np.ndarray]:
        """Return the history, and the first test images as they were reconstructed after the first epoch."""
        from tfvae.training.loop import Trainer

        images, job = self.shared["yardstick"].x_train, self.job
        labels = self.shared["y_train"] if self.conditional else None
        epoch_steps = len(images) // job["proposal"]["batch_size"]
        steps = job["epochs"] * epoch_steps
        cooldown = (round((1 - job["cooldown_share"]) * steps), steps) if job["cooldown_share"] else None
        trainer = Trainer(self.model, images, schedule(job["proposal"], cooldown), job["seed"], labels)
        kept = progress.resume()
        if kept is not None:
            trainer.restore(kept["trainer"])
            progress.report(len(kept["history"]))
        history, early = ([], np.empty(0)) if kept is None else (kept["history"], kept["early"])
        for epoch in range(len(history) + 1, job["epochs"] + 1):
            terms = trainer.run(epoch_steps)
            history.append({"epoch": epoch, **terms})
            if epoch == 1:
                early = to_bytes(self.reconstruct(_SHOWN).images)
            progress.report(1)
            progress.keep({"trainer": trainer.state(), "history": history, "early": early})
        return history, early


def _chosen(size: int, count: int, seed: int) -> np.ndarray:
    """Return which training images give their labels to the generated ones, without a repetition."""
    from tfvae.randomness import generator

    return generator(seed, "requested labels").permutation(size)[:count]
