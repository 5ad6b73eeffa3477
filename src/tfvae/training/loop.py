"""The compiled training loop: all steps of a period are one call, over images that stay in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.models.vae import VAE
from tfvae.training.adam import Adam
from tfvae.training.batches import BATCHES
from tfvae.training.epsilons import EPSILONS
from tfvae.training.errors import TrainingDiverged
from tfvae.training.rates import linear_cooldown


@dataclass(frozen=True)
class Schedule:
    """How a VAE is trained.

    Args:
        beta: weight of the rate, at least 0.
        batch_size: images per step.
        learning_rate: of Adam (Kingma & Ba, 2015), with its usual moments.
        batches: a name of `tfvae.training.batches.BATCHES`.
        epsilons: a name of `tfvae.training.epsilons.EPSILONS`.
        cooldown: (first, last) step between which the learning rate falls linearly to 0; None for a constant rate.
        warmup_steps: over so many first steps the rate's weight grows linearly to beta (Bowman et al., 2016).
        gradient_clip: upper bound of the gradient's global norm; None for no bound.
        xla: compile by XLA. It draws other normal numbers from the same seed, so it changes a result as another seed
            would.
    """

    beta: float
    batch_size: int
    learning_rate: float
    batches: str = "shuffled"
    epsilons: str = "all_random"
    cooldown: tuple[int, int] | None = None
    warmup_steps: int = 0
    gradient_clip: float | None = None
    xla: bool = False


class Trainer:
    """Trains one VAE on one array of images; its randomness is a function of (seed, purpose, step).

    Args:
        model: the model, whose weights change in place.
        images: (N, H, W, C) uint8; a pixel is divided by 255.
        schedule: see `Schedule`.
        seed: keys batches and noise.

    Raises:
        ValueError: if there are fewer images than a batch holds.
    """

    def __init__(self, model: VAE, images: NDArray[np.uint8], schedule: Schedule, seed: int) -> None:
        if len(images) < schedule.batch_size:
            raise ValueError(
                f"A batch needs at least as many images as it holds. Received: {len(images)} images, "
                f"batch_size={schedule.batch_size}"
            )
        self.model, self.schedule, self.seed = model, schedule, seed
        self.step, self.fits = 0, 0
        self._variables = [variable.value for variable in model.trainable_variables]
        self.optimizer = Adam(self._variables)
        self._images = tf.constant(images)
        self._batch_key = tf.constant(randomness.key(seed, "batches")[0], tf.int32)
        self._noise_key = tf.constant(randomness.key(seed, "noise")[0], tf.int32)
        self._period = tf.function(self._steps, jit_compile=schedule.xla)

    def run(self, steps: int) -> dict[str, float]:
        """Train for `steps` more steps.

        Returns:
            Means over these steps: "loss" (distortion + beta * kl), "distortion", "kl" (raw), in nats per image.

        Raises:
            TrainingDiverged: if a loss became NaN or infinite.
            ValueError: if `steps` is less than one.
        """
        if steps < 1:
            raise ValueError(f"Training takes at least one step. Received: steps={steps}")
        first, last = tf.constant(self.step), tf.constant(self.step + steps)
        distortion, kl = self._period(first, last, tf.constant(self.fits)).numpy() / steps
        if not np.isfinite(distortion + kl):
            raise TrainingDiverged(
                f"The loss is no longer finite (distortion {distortion}, kl {kl}) between steps {self.step} and "
                f"{self.step + steps}, seed {self.seed}, beta {self.schedule.beta}: lower the learning rate"
            )
        self.step, self.fits = self.step + steps, self.fits + 1
        loss = float(distortion) + self.schedule.beta * float(kl)
        return {"loss": loss, "distortion": float(distortion), "kl": float(kl)}

    def _steps(self, first: tf.Tensor, last: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        totals = tf.zeros(2)
        for step in tf.range(first, last):
            totals += self._one_step(step, fit)
        return totals

    def _one_step(self, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        images, noise = self._batch(step), self._noise(step, fit)
        with tf.GradientTape() as tape:
            distortion, kl = (tf.reduce_mean(term) for term in self.model.loss_terms(images, noise))
            loss = distortion + self._rate_weight(step) * kl
        gradients = tape.gradient(loss, self._variables)
        if self.schedule.gradient_clip is not None:
            gradients, _ = tf.clip_by_global_norm(gradients, self.schedule.gradient_clip)
        self.optimizer.apply(gradients, step, self._learning_rate(step))
        return tf.stack([distortion, kl])

    def _batch(self, step: tf.Tensor) -> tf.Tensor:
        choose = BATCHES[self.schedule.batches]
        indices = choose(step, len(self._images), self.schedule.batch_size, self._batch_key)
        return tf.cast(tf.gather(self._images, indices), tf.float32) / 255.0

    def _noise(self, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        seed, shared = EPSILONS[self.schedule.epsilons](step, fit, self._noise_key)
        rows = self.model.posterior.noise(1 if shared else self.schedule.batch_size, seed)
        return tf.broadcast_to(rows, (self.schedule.batch_size, rows.shape[1]))

    def _learning_rate(self, step: tf.Tensor) -> tf.Tensor | float:
        rate, cooldown = self.schedule.learning_rate, self.schedule.cooldown
        return rate if cooldown is None else linear_cooldown(step, rate, *cooldown)

    def _rate_weight(self, step: tf.Tensor) -> tf.Tensor:
        beta, warmup = self.schedule.beta, self.schedule.warmup_steps
        if warmup == 0:
            return tf.constant(beta, tf.float32)
        return beta * tf.minimum(1.0, tf.cast(step + 1, tf.float32) / warmup)


def schedule_of(values: Mapping[str, Any]) -> Schedule:
    """Return the schedule that plain data describe; names are checked.

    Raises:
        ValueError: if a batch or epsilon strategy is unknown.
    """
    schedule = Schedule(**values)
    for kind, name, known in (("batches", schedule.batches, BATCHES), ("epsilons", schedule.epsilons, EPSILONS)):
        if name not in known:
            raise ValueError(f"Unknown {kind} strategy. Received: {name!r}; known are {', '.join(known)}")
    return schedule
