"""A masked autoregressive flow, fitted to the aggregated posterior; see `tfvae.sampling.fitted`.

Papamakarios et al. (2017), https://arxiv.org/abs/1705.07057, with the masks of MADE (Germain et al., 2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from tfvae import randomness
from tfvae.arguments import as_count
from tfvae.backend import keras, tf
from tfvae.batching import in_batches
from tfvae.sampling.latents import Latents, as_latents
from tfvae.training.rates import half_cosine
from tfvae.training.steps import Steps

_LAYERS, _UNITS = 4, (64, 64)
_BATCH, _RATE, _LOOKS, _HELD_OUT = 256, 1e-3, 10, 0.1
_LARGEST_LOG_SCALE = 3.0  # of one layer; keeps every step finite


class AutoregressiveFlow(keras.Model):
    """A chain of layers from x to u_d = (x_d - m_d) exp(-s_d), with functions m_d and s_d of the dimensions before d.

    Every second layer sees the dimensions in reverse order. u is standard normal. The log-scale s is bounded by 3.
    """

    def __init__(self, dim: int, seed: int) -> None:
        super().__init__(dtype="float32")
        self.dim = dim
        widths = [dim, *_UNITS, 2 * dim]
        self._masks = [tf.constant(mask, tf.float32) for mask in masks(dim, _UNITS)]
        self._parameters = []
        for layer in range(_LAYERS):
            own = []
            for position, (inputs, outputs) in enumerate(pairwise(widths)):
                kernel = self.add_weight(shape=(inputs, outputs), initializer="zeros")
                bias = self.add_weight(shape=(outputs,), initializer="zeros")
                if position < len(_UNITS):  # a last kernel of zeros makes the whole the identity at first
                    limit = np.sqrt(6.0 / (inputs + outputs))
                    generator = randomness.generator(seed, f"flow layer {layer}", position)
                    kernel.assign(generator.uniform(-limit, limit, (inputs, outputs)))
                own.append((kernel, bias))
            self._parameters.append(own)

    def _shift_and_scale(self, x: tf.Tensor, layer: int) -> tuple[tf.Tensor, tf.Tensor]:
        for (kernel, bias), mask in zip(self._parameters[layer], self._masks, strict=True):
            is_last = mask is self._masks[-1]
            x = tf.matmul(x, kernel.value * mask) + bias.value
            x = x if is_last else tf.nn.relu(x)
        shift, log_scale = tf.split(x, 2, axis=1)
        return shift, _LARGEST_LOG_SCALE * tf.tanh(log_scale / _LARGEST_LOG_SCALE)

    def log_density(self, x: tf.Tensor) -> tf.Tensor:
        """Return log p(x) of points (B, D), (B,), in nats."""
        total = tf.zeros_like(x[:, 0])
        for layer in range(_LAYERS):
            shift, log_scale = self._shift_and_scale(x, layer)
            x = tf.reverse((x - shift) * tf.exp(-log_scale), axis=[1])
            total -= tf.reduce_sum(log_scale, axis=1)
        return total - 0.5 * tf.reduce_sum(tf.square(x) + float(np.log(2.0 * np.pi)), axis=1)

    def transform(self, noise: tf.Tensor) -> tf.Tensor:
        """Return the points (B, D) of standard normal noise (B, D), one dimension after the other."""
        for layer in reversed(range(_LAYERS)):
            noise = tf.reverse(noise, axis=[1])
            x = tf.zeros_like(noise)
            for _ in tf.range(self.dim):  # after d passes the first d dimensions stand
                shift, log_scale = self._shift_and_scale(x, layer)
                x = noise * tf.exp(log_scale) + shift
            noise = x
        return noise


def masks(dim: int, units: Sequence[int]) -> list[NDArray[np.float64]]:
    """Return the masks of the kernels, with which output d of both halves sees the inputs before d alone.

    Unit k of a hidden layer sees what the first 1 + k mod (D - 1) inputs tell (Germain et al., 2015, eq. 12 and 13).
    """
    degrees = [np.arange(1, dim + 1)]
    degrees += [1 + np.arange(count) % max(dim - 1, 1) for count in units]
    hidden = [(after[None] >= before[:, None]).astype(float) for before, after in pairwise(degrees)]
    last = (np.arange(1, dim + 1)[None] > degrees[-1][:, None]).astype(float)
    return [*hidden, np.concatenate([last, last], axis=1)]


class _FlowTrainer(Steps):
    """Maximises the log density of latents (N, D) with Adam; the learning rate falls along half a cosine."""

    terms = 1

    def __init__(self, flow: AutoregressiveFlow, latents: NDArray[np.float32], steps: int, seed: int) -> None:
        key = randomness.key(seed, "flow batches")[0]
        super().__init__(flow, size=len(latents), batch_size=min(_BATCH, len(latents)), batch_key=key, steps=steps)
        self._latents, self._steps = tf.constant(latents), steps

    def one_step(self, indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        del fit
        with tf.GradientTape() as tape:
            loss = -tf.reduce_mean(self.model.log_density(tf.gather(self._latents, indices)))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, self.variables), 10.0)
        self.optimizer.apply(gradients, step, half_cosine(step, _RATE, self._steps))
        return loss[None]


@dataclass(frozen=True, eq=False)
class FlowSampler:
    """A flow between standardised latents and noise.

    Attributes:
        flow: of latents less `mean`, divided by `scale`, both (D,).
        dtype: type of the samples, as of the latents that it was fitted to.
    """

    flow: AutoregressiveFlow
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    dtype: DTypeLike

    def sample(self, count: int, generator: np.random.Generator) -> Latents:
        """Return `count` independent samples, (count, D), count being at least 0."""
        noise = generator.standard_normal((as_count(count, "count", 0), len(self.mean))).astype(np.float32)
        points = in_batches(tf.function(self.flow.transform), noise) if count else noise
        return (self.mean + self.scale * points).astype(self.dtype)

    def log_density(self, latents: ArrayLike) -> NDArray[np.float64]:
        """Return log p(z) of latents (N, D), (N,), in nats."""
        points = ((as_latents(latents, minimum=1) - self.mean) / self.scale).astype(np.float32)
        of_points = in_batches(tf.function(self.flow.log_density), points)
        return np.asarray(of_points, np.float64) - float(np.log(self.scale).sum())


def fit_flow(latents: ArrayLike, steps: int, seed: int) -> FlowSampler:
    """Fit a flow to samples of the aggregated posterior, (N, D), N >= 20, in `steps` steps of Adam, at least 10.

    The last tenth of them is held out, and of ten looks at it the best weights are kept. A dimension whose values are
    all equal stays as it is.

    Raises:
        Refused: if the latents are not finite floats of that shape, or the steps too few.
        TrainingDiverged: if a loss becomes NaN or infinite.
    """
    array, steps = as_latents(latents, minimum=20), as_count(steps, "steps", _LOOKS)
    mean, deviation = array.mean(axis=0, dtype=np.float64), array.std(axis=0, dtype=np.float64)
    scale = np.where(deviation > 0, deviation, 1.0)
    points = ((array - mean) / scale).astype(np.float32)
    cut = len(points) - max(int(_HELD_OUT * len(points)), 1)
    flow = AutoregressiveFlow(array.shape[1], seed)
    trainer, look = _FlowTrainer(flow, points[:cut], steps, seed), tf.function(flow.log_density)
    held_out, best, weights = tf.constant(points[cut:]), -np.inf, flow.get_weights()
    for number in range(_LOOKS):
        trainer.advance(steps * (number + 1) // _LOOKS - trainer.step, f"flow, seed {seed}")
        if (score := float(tf.reduce_mean(look(held_out)))) > best:
            best, weights = score, flow.get_weights()
    flow.set_weights(weights)
    return FlowSampler(flow, mean, scale, array.dtype)
