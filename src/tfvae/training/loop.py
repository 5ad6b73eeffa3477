"""Training of a model: one step by the gradient of its loss, and the schedule of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.backend import tf
from tfvae.errors import Refused
from tfvae.models.model import Model
from tfvae.training.batches import BATCHES
from tfvae.training.epsilons import EPSILONS
from tfvae.training.optimizers import OPTIMIZERS
from tfvae.training.rates import linear_cooldown
from tfvae.training.steps import Steps


@dataclass(frozen=True)
class Schedule:
    """The schedule of a training; batches, epsilons and optimizer are names of the tables in their modules.

    Args:
        beta: weight of the loss's last term, which is the rate of a VAE, at least 0.
        cooldown: (first, last) step between which the learning rate falls linearly to 0; None for a constant rate.
        warmup_steps: over so many first steps the rate's weight grows linearly to beta (Bowman et al., 2016).
        gradient_clip: upper bound of the gradient's global norm; None for no bound.
        restart_steps: after so many steps the order of the batches starts anew; None: never.
        xla: compile by XLA, which draws other normal numbers from the same seed, like another seed.
    """

    beta: float
    batch_size: int
    learning_rate: float
    batches: str = "shuffled"
    epsilons: str = "all_random"
    optimizer: str = "adam"
    cooldown: tuple[int, int] | None = None
    warmup_steps: int = 0
    gradient_clip: float | None = None
    restart_steps: int | None = None
    xla: bool = False


class Trainer(Steps):
    """Trains one model on one array of images; its randomness is a function of (seed, purpose, step).

    Args:
        model: trained in place.
        images: (N, H, W, C) uint8; a pixel is divided by 255.
        seed: keys batches and noise.
        labels: (N,) integers, which a conditional model gets as its third argument; None: it gets none.

    Raises:
        Refused: if there are fewer images than a batch holds, or another number of labels.
    """

    def __init__(
        self,
        model: Model,
        images: NDArray[np.uint8],
        schedule: Schedule,
        seed: int,
        labels: NDArray[np.integer[Any]] | None = None,
    ) -> None:
        if labels is not None and len(labels) != len(images):
            raise Refused(f"Every image needs a label. Received: {len(images)} images, {len(labels)} labels")
        super().__init__(
            model,
            size=len(images),
            batch_size=schedule.batch_size,
            batch_key=randomness.key(seed, "batches")[0],
            batches=schedule.batches,
            restart_steps=schedule.restart_steps,
            optimizer=schedule.optimizer,
            xla=schedule.xla,
        )
        self.terms, self.schedule, self.seed = len(model.terms), schedule, seed
        self._images = tf.constant(images)
        self._labels = [] if labels is None else [tf.constant(labels.astype("int32"))]
        self._noise_key = tf.constant(randomness.key(seed, "noise")[0], tf.int32)
        self._training_terms = model.training_terms if hasattr(model, "training_terms") else model.loss_terms
        self._terms = tf.function(partial(self._mean_terms, model.loss_terms))

    def run(self, steps: int) -> dict[str, float]:
        """Train for `steps` more steps, see `Steps.advance`, and return their means in nats per image.

        These are "loss", whose last term is weighted by beta, and the model's `terms`, unweighted.
        """
        beta = self.schedule.beta
        values = self.advance(steps, f"seed {self.seed}, beta {beta}").tolist()
        return {"loss": sum(values[:-1]) + beta * values[-1], **dict(zip(self.model.terms, values, strict=True))}

    def batch_terms(self, step: int) -> tuple[float, ...]:
        """Return the means of the loss's terms for the batch and the noise of `step`, at the present weights."""
        number = tf.constant(step)
        terms = self._terms(self.indices(number[None])[0], number, tf.constant(max(self.fits - 1, 0)))
        return tuple(terms.numpy().tolist())

    def one_step(self, indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        """Take one step and return the means of the loss's terms, (terms,)."""
        with tf.GradientTape() as tape:
            terms = self._mean_terms(self._training_terms, indices, step, fit)
            loss = self._rate_weight(step) * terms[self.terms - 1]
            for position in range(self.terms - 1):
                loss = terms[position] + loss
        gradients = tape.gradient(loss, self.variables)
        if self.schedule.gradient_clip is not None:
            gradients, _ = tf.clip_by_global_norm(gradients, self.schedule.gradient_clip)
        self.optimizer.apply(gradients, step, self._learning_rate(step))
        return terms

    def _mean_terms(
        self, measure: Callable[..., Any], indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor
    ) -> tf.Tensor:
        images = tf.cast(tf.gather(self._images, indices), tf.float32) / 255.0
        labels = [tf.gather(array, indices) for array in self._labels]
        return tf.stack([tf.reduce_mean(term) for term in measure(images, self._noise(step, fit), *labels)])

    def _noise(self, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        seed, shared = EPSILONS[self.schedule.epsilons](step, fit, self._noise_key)
        rows = self.model.noise(1 if shared else self.schedule.batch_size, seed)
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
        Refused: if an optimiser, or a strategy of batches or epsilons, is unknown.
    """
    schedule = Schedule(**values)
    for kind, name, known in (
        ("optimizer", schedule.optimizer, OPTIMIZERS),
        ("batches strategy", schedule.batches, BATCHES),
        ("epsilons strategy", schedule.epsilons, EPSILONS),
    ):
        if name not in known:
            raise Refused(f"Unknown {kind}. Received: {name!r}; known are {', '.join(known)}")
    return schedule
