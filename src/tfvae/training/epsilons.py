"""Strategies for the noise of a step: how often it is drawn anew, and whether the images of a batch share it.

All but `all_random` are ablations: with constant noise the model is a deterministic auto-encoder, and its KL term is
not a rate.
"""

from dataclasses import dataclass
from typing import Literal

from tfvae.backend import tf

_FIXED = (111, 111)


@dataclass(frozen=True)
class Epsilons:
    """One strategy.

    `anew` says when noise is drawn anew: at every step, at every fit (a call that continues a training), once for each
    seed, or never, whatever the seed; `shared` whether one row serves the whole batch or each position has its own.
    """

    anew: Literal["step", "fit", "seed", "never"]
    shared: bool

    def __call__(self, step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
        """Return the seed of a draw, two int32, and whether one row serves the whole batch."""
        if self.anew == "never":
            return tf.constant(_FIXED, tf.int32), self.shared
        return tf.stack([key, {"step": step, "fit": fit, "seed": tf.zeros_like(fit)}[self.anew]]), self.shared


EPSILONS = {
    "all_random": Epsilons("step", shared=False),  # the estimator of the ELBO
    "one_each_time": Epsilons("step", shared=True),
    "same_epsilon": Epsilons("fit", shared=True),
    "same_epsilon_set": Epsilons("fit", shared=False),
    "frozen": Epsilons("seed", shared=True),  # `same_epsilon` where a compiled function captures the first draw
    "always_same": Epsilons("never", shared=True),
    "always_same_set": Epsilons("never", shared=False),
}
