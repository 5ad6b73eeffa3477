"""Training of a model: one step by the gradient of its loss, and the schedule of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from numpy.typing import ArrayLike

from tfvae import randomness
from tfvae.arguments import as_count, as_number, as_pair, called, one_of
from tfvae.backend import tf
from tfvae.images import as_images, to_floats
from tfvae.models.model import Model
from tfvae.training.batches import BATCHES
from tfvae.training.epsilons import EPSILONS
from tfvae.training.optimizers import OPTIMIZERS
from tfvae.training.rates import linear_cooldown
from tfvae.training.steps import POSITIVE, Steps


@dataclass(frozen=True)
class Schedule:
    """The schedule of a training; batches, epsilons and optimizer are names of the tables in their modules.

    Args:
        beta: weight of the loss's last term, which is the rate of a VAE, at least 0.
        batch_size: images per step, at least 1.
        learning_rate: above 0.
        cooldown: (first, last) step between which the learning rate falls linearly to 0; None for a constant rate.
        warmup_steps: over so many first steps the rate's weight grows linearly to beta (Bowman et al., 2016).
        gradient_clip: upper bound of the gradient's global norm, above 0; None for no bound.
        restart_steps: after so many steps the order of the batches starts anew; None: never.
        xla: compile by XLA, which draws other normal numbers from the same seed, like another seed.

    Raises:
        Refused: if a value is out of its range, or a name unknown.
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

    def __post_init__(self) -> None:
        as_number(self.beta, "beta", "[0, 1e30]")
        as_count(self.batch_size, "batch_size")
        as_number(self.learning_rate, "learning_rate", POSITIVE)
        one_of(self.batches, BATCHES, "batches strategy")
        one_of(self.epsilons, EPSILONS, "epsilons strategy")
        one_of(self.optimizer, OPTIMIZERS, "optimizer")
        as_count(self.warmup_steps, "warmup_steps", 0)
        one_of(self.xla, (False, True), "choice of xla")
        if self.gradient_clip is not None:
            as_number(self.gradient_clip, "gradient_clip", POSITIVE)
        if self.restart_steps is not None:
            as_count(self.restart_steps, "restart_steps")
        if self.cooldown is not None:
            first, last = as_pair(self.cooldown, "cooldown")
            as_count(last, "the last step of cooldown", as_count(first, "the first step of cooldown", 0) + 1)


class Trainer(Steps):
    """Trains one model on one array of images; its randomness is a function of (seed, purpose, step).

    Args:
        model: trained in place.
        images: (N, H, W, C), see `tfvae.images.as_images`, of the shape that the model has.
        seed: keys batches and noise.
        labels: (N,) integers, which a conditional model gets as its third argument; None: it gets none.

    Raises:
        Refused: if there are fewer images than a batch holds, or images or labels are not as described.
    """

    def __init__(
        self,
        model: Model,
        images: ArrayLike,
        schedule: Schedule,
        seed: int,
        labels: ArrayLike | None = None,
    ) -> None:
        pixels = as_images(images, shape=model.image_shape)
        self._labels = [tf.constant(array) for array in model.checked_labels(labels, len(pixels))]
        super().__init__(
            model,
            size=len(pixels),
            batch_size=schedule.batch_size,
            batch_key=randomness.key(seed, "batches")[0],
            batches=schedule.batches,
            restart_steps=schedule.restart_steps,
            optimizer=schedule.optimizer,
            xla=schedule.xla,
        )
        self.terms, self.schedule, self.seed = len(model.terms), schedule, seed
        self._images = tf.constant(pixels)
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
        number = tf.constant(as_count(step, "step", 0))
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
        images = to_floats(tf.gather(self._images, indices))
        labels = [tf.gather(array, indices) for array in self._labels]
        return tf.stack([tf.reduce_mean(term) for term in measure(images, self._noise(step, fit), *labels)])

    def _noise(self, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        seed, shared = EPSILONS[self.schedule.epsilons](step, fit, self._noise_key)
        rows = self.model.noise(1 if shared else self.batch_size, seed)
        return tf.broadcast_to(rows, (self.batch_size, rows.shape[1]))

    def _learning_rate(self, step: tf.Tensor) -> tf.Tensor | float:
        rate, cooldown = self.schedule.learning_rate, self.schedule.cooldown
        return rate if cooldown is None else linear_cooldown(step, rate, *cooldown)

    def _rate_weight(self, step: tf.Tensor) -> tf.Tensor:
        beta, warmup = self.schedule.beta, self.schedule.warmup_steps
        if warmup == 0:
            return tf.constant(beta, tf.float32)
        return beta * tf.minimum(1.0, tf.cast(step + 1, tf.float32) / warmup)


def schedule_of(values: Mapping[str, Any]) -> Schedule:
    """Return the schedule that plain data describe; see `Schedule`."""
    schedule: Schedule = called(Schedule, values, "A schedule")
    return schedule
