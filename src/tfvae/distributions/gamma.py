"""The logarithm of a gamma variable as a smooth function of its shape and of uniform noise."""

import numpy as np

from tfvae.backend import tf

_STEPS = 6  # from the start below, more change nothing in float32
_LONGEST = 2.0  # change of log z in a step: where the distribution is flat, Newton's method leaps
_SMALLEST = -80.0  # exp of it is a number in float32
_SERIES_BELOW = -11.0  # of log z, where P(a, z) is its first term to float32's precision


@tf.custom_gradient
def log_gamma_quantile(shape: tf.Tensor, uniform: tf.Tensor) -> tuple[tf.Tensor, object]:
    """Return log z with P(a, z) = u for the regularised incomplete gamma function P, elementwise.

    Of uniform u it is the logarithm of a Gamma(a, 1) variable, which stays finite where z itself would underflow. The
    derivative by the shape a is the implicit one, d log z / da = - (dP/da) / (z dP/dz) (Figurnov et al., 2018, eq. 5,
    https://arxiv.org/abs/1805.08498); there is none by u. Newton's method runs on log z and on the logarithm of P or of
    1 - P, whichever is smaller: both are concave in log z.

    Args:
        shape: a, in [0.01, 1e4].
        uniform: u, in [1e-7, 1 - 1e-7], of the same form.
    """
    log_factorial = tf.math.lgamma(shape + 1.0)
    first = (tf.math.log(uniform) + log_factorial) / shape  # of P(a, z) <= z^a / gamma(a + 1), so not above log z
    log_z = tf.stop_gradient(_solve(shape, uniform, first))

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, None]:
        z = tf.exp(tf.maximum(log_z, _SMALLEST))
        slope = tf.exp(tf.minimum(shape * log_z - z - tf.math.lgamma(shape), 80.0))  # of P by log z
        is_small = log_z < _SERIES_BELOW
        implicit = -tf.raw_ops.IgammaGradA(a=shape, x=z) / tf.where(is_small, 1.0, slope)
        series = (tf.math.digamma(shape + 1.0) - log_z) / shape
        return upstream * tf.where(is_small, series, implicit), None

    return log_z, gradient


def _solve(shape: tf.Tensor, uniform: tf.Tensor, first: tf.Tensor) -> tf.Tensor:
    normal = np.sqrt(2.0) * tf.math.erfinv(2.0 * uniform - 1.0)
    cube = 1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * tf.sqrt(shape))  # Wilson & Hilferty, 1931
    start = tf.where((shape > 1.0) & (cube > 0.1), tf.math.log(shape * tf.maximum(cube, 0.1) ** 3), first)
    log_z, is_low = tf.maximum(start, first), uniform < 0.5
    for _ in range(_STEPS):
        z = tf.exp(tf.maximum(log_z, _SMALLEST))
        low, high = tf.math.igamma(shape, z), tf.math.igammac(shape, z)
        slope = tf.exp(shape * log_z - z - tf.math.lgamma(shape))
        tiny = np.finfo(np.float32).tiny
        low, high, slope = (tf.maximum(value, tiny) for value in (low, high, slope))
        newton_low = low * (tf.math.log(uniform) - tf.math.log(low)) / slope
        newton_high = high * (tf.math.log(high) - tf.math.log1p(-uniform)) / slope
        step = tf.where(is_low, newton_low, newton_high)
        moved = log_z + tf.clip_by_value(step, -_LONGEST, _LONGEST)
        log_z = tf.where(first < _SERIES_BELOW, first, moved)
    return log_z
