"""Training of an autoregressive prior over codes, in the compiled loop that models share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.arguments import as_codes, as_count, as_number, called
from tfvae.backend import tf
from tfvae.networks.gated_pixel_cnn import GatedPixelCNN
from tfvae.networks.layers import initialize
from tfvae.training.rates import half_cosine
from tfvae.training.steps import POSITIVE, Steps


def build_pixel_cnn(configuration: Mapping[str, Any], seed: int = 0) -> GatedPixelCNN:
    """Return a `GatedPixelCNN` of the arguments `configuration`, its initial weights drawn from the seed."""
    model: GatedPixelCNN = called(GatedPixelCNN, configuration, "A prior's configuration")
    initialize(model, seed, "prior weights")
    return model


class PixelCNNTrainer(Steps):
    """Trains a prior in place with Adam on -log p(codes).

    The learning rate falls to zero along half a cosine.

    Args:
        model: the prior.
        codes: (N, H, W) integers of the training images.
        steps: number of steps of the whole training.
        batch_size: grids per step.
        learning_rate: at the first step.
        seed: keys the batches.

    Raises:
        Refused: if there are fewer grids than a batch holds, a code is none of the prior's, or a setting is out of its
            range.
    """

    terms = 1

    def __init__(
        self,
        model: GatedPixelCNN,
        codes: NDArray[np.int32],
        *,
        steps: int,
        batch_size: int,
        learning_rate: float,
        seed: int,
    ) -> None:
        key = randomness.key(seed, "prior batches")[0]
        grids = as_codes(codes, model.codes)
        self.steps, self.seed = as_count(steps, "steps", 0), seed
        self.learning_rate = as_number(learning_rate, "learning_rate", POSITIVE)
        super().__init__(model, size=len(grids), batch_size=batch_size, batch_key=key, steps=self.steps)
        self._codes = tf.constant(grids)

    def run(self, steps: int) -> float:
        """Train for `steps` more steps and return their mean loss, in nats per code.

        Raises:
            TrainingDiverged: if a loss became NaN or infinite.
            Refused: if `steps` is less than one.
        """
        return float(self.advance(steps, f"prior, seed {self.seed}")[0])

    def one_step(self, indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        """Take one step and return its loss, (1,)."""
        del fit  # a step draws nothing
        with tf.GradientTape() as tape:
            loss = mean_loss(self.model, tf.gather(self._codes, indices))
        rate = half_cosine(step, self.learning_rate, self.steps)
        self.optimizer.apply(tape.gradient(loss, self.variables), step, rate)
        return loss[None]


def mean_loss(model: GatedPixelCNN, codes: tf.Tensor) -> tf.Tensor:
    """Return the mean of -log p(code | earlier codes) over all positions of codes (N, H, W), in nats."""
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=codes, logits=model(codes)))
