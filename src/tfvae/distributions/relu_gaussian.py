"""A diagonal Gaussian whose parameters pass through a ReLU: a defect of the thesis, kept so that it can be measured.

No published figure of the thesis comes from `DiagonalGaussian`: its encoder ends in a ReLU, so every mean is at least 0
and every standard deviation at least 1. Use it to reproduce those figures, never to train a good model.
"""

from dataclasses import dataclass

from tfvae.backend import tf
from tfvae.distributions.gaussian import DiagonalGaussian


@dataclass(frozen=True)
class ReluGaussian(DiagonalGaussian):
    """The family q(z|x) = N(max(m, 0), diag(exp(max(s, 0)))) with the prior p(z) = N(0, I).

    The encoder's output (B, 2 D) holds m, then s. So mean >= 0 and sd >= 1 (at most exp(10), see `DiagonalGaussian`):
    no posterior is narrower than the prior, the aggregated posterior lies off the origin, and a negative output gets no
    gradient. Its divergence from the prior is right, for the parameters that it has.
    """

    def _split(self, parameters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return super()._split(tf.nn.relu(parameters))
