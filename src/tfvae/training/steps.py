"""The compiled loop under every training: all steps of a run are one call, and the whole state can be stored."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.arguments import as_array, as_count, named
from tfvae.backend import keras, tf
from tfvae.errors import Refused
from tfvae.training.batches import BATCHES
from tfvae.training.errors import TrainingDiverged
from tfvae.training.optimizers import OPTIMIZERS

POSITIVE = "[1e-30, 1e30]"  # what float32 tells from 0 and from infinity, with room for products


class Steps(ABC):
    """Steps of one model over arrays that stay in memory.

    A subclass defines one step (`one_step`). A run computes the batches of all its steps, and then takes the steps in
    one compiled loop, which ends early if a term becomes NaN or infinite.

    Args:
        model: trained in place.
        size: number of training examples.
        batch_key: int32, stands for (seed, purpose).
        steps: of the whole training, where the learning rate falls over them; None for no end.
        batch_size, batches, restart_steps, optimizer, xla: see `tfvae.training.loop.Schedule`.

    Attributes:
        terms: number of terms that a step measures; a subclass sets it.
        step, fits: numbers of steps and of runs so far.

    Raises:
        Refused: if there are fewer examples than a batch holds.
    """

    terms: int

    def __init__(
        self,
        model: keras.Model,
        *,
        size: int,
        batch_size: int,
        batch_key: int,
        steps: int | None = None,
        batches: str = "shuffled",
        restart_steps: int | None = None,
        optimizer: str = "adam",
        xla: bool = False,
    ) -> None:
        self._end = steps
        self.batch_size = batch_size = as_count(batch_size, "batch_size")
        restart_steps = None if restart_steps is None else as_count(restart_steps, "restart_steps")
        if size < batch_size:
            raise Refused(
                f"A batch needs at least as many images as it holds. Received: {size} images, batch_size={batch_size}"
            )
        self.model, self.step, self.fits = model, 0, 0
        self.variables = [variable.value for variable in model.trainable_variables]
        self.optimizer = OPTIMIZERS[optimizer](self.variables)
        key, choose = tf.constant(batch_key, tf.int32), BATCHES[batches]

        def indices(steps: tf.Tensor) -> tf.Tensor:
            return choose(steps if restart_steps is None else steps % restart_steps, size, batch_size, key)

        number, numbers = tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int32)
        rows = tf.TensorSpec((None, batch_size), tf.int32)
        self.indices = tf.function(indices, input_signature=[numbers])
        self._loop = tf.function(self._all_steps, input_signature=[rows, number, number], jit_compile=xla)

    @abstractmethod
    def one_step(self, indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        """Take one step and return the terms that it measures, (terms,) float32; one that is not finite ends the run.

        `indices` (batch_size,) int32 are the batch's examples, `step` and `fit` (int32) the steps and runs before.
        """

    def advance(self, steps: int, description: str) -> NDArray[np.float64]:
        """Take `steps` more steps and return the means (terms,) of their terms; an error quotes the `description`.

        Raises:
            TrainingDiverged: if a term or a weight became NaN or infinite; model and training are as before the call.
            Refused: if `steps` is no whole number of at least one, or leads beyond the training's end.
        """
        steps = as_count(steps, "steps")
        as_count(self.step + steps, "the step after these steps")
        if self._end is not None and self.step + steps > self._end:
            raise Refused(f"The training ends after {self._end} steps. Received: steps={steps} after {self.step}")
        before = self.state()
        indices = self.indices(tf.range(self.step, self.step + steps))
        totals, done = (part.numpy() for part in self._loop(indices, tf.constant(self.step), tf.constant(self.fits)))
        after = self.state()
        if not all(np.isfinite(array).all() for array in (totals, *after["weights"], *after["optimizer"])):
            self._take(**before)
            is_first = done == 1 and not np.isfinite(totals).all()  # a loss that no step has changed
            raise TrainingDiverged(_diverged(done - 1, is_first, description))
        self.step, self.fits = self.step + steps, self.fits + 1
        return np.asarray(totals, np.float64) / steps

    def state(self) -> dict[str, Any]:
        """Return everything that the training has changed so far, as plain values and arrays."""
        return {
            "step": self.step,
            "fits": self.fits,
            "weights": [np.asarray(weight) for weight in self.model.get_weights()],  # scalars come as no arrays
            "optimizer": [np.asarray(variable) for variable in self.optimizer.state],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Resume from a `state` of a training with the same model, data and settings.

        Raises:
            Refused: if it is none; nothing has changed then.
        """
        own = self.state()
        named(state, "The state of a training", own)
        step, fits = (as_count(state[name], name, 0) for name in ("step", "fits"))
        weights, memory = (_like(state[name], own[name], name) for name in ("weights", "optimizer"))
        self._take(step, fits, weights, memory)

    def _take(self, step: int, fits: int, weights: list[NDArray[Any]], optimizer: list[NDArray[Any]]) -> None:
        self.model.set_weights(weights)
        for variable, value in zip(self.optimizer.state, optimizer, strict=True):
            variable.assign(value)
        self.step, self.fits = step, fits

    def _all_steps(self, indices: tf.Tensor, first: tf.Tensor, fit: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        totals, step = tf.zeros(self.terms), first
        while step < first + tf.shape(indices)[0] and tf.reduce_all(tf.math.is_finite(totals)):
            totals += self.one_step(indices[step - first], step, fit)
            step += 1
        return totals, step


def _like(arrays: Any, wanted: list[NDArray[Any]], name: str) -> list[NDArray[Any]]:
    """Return arrays of numbers of the shapes wanted, or refuse them."""
    given = [as_array(array, name) for array in arrays]
    shapes = [array.shape for array in given]
    if shapes != [array.shape for array in wanted]:
        raise Refused(f"This training's {name} have other shapes. Received: {shapes}")
    if not all(array.dtype.kind in "fiu" and np.isfinite(array).all() for array in given):
        raise Refused(f"This training's {name} must be finite numbers. Received: others")
    return [array.astype(like.dtype, copy=False) for array, like in zip(given, wanted, strict=True)]


def _diverged(step: int, is_first: bool, description: str) -> str:
    if is_first:
        return (
            f"The loss is not finite at the first step ({description}): the initial weights or the model are at fault"
        )
    return f"The training is no longer finite at step {step} ({description}): lower the learning rate"
