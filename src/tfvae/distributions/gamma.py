"""The logarithm of a gamma variable as a smooth function of its shape and of uniform noise."""

import numpy as np

from tfvae.backend import tf

_STEPS = 2  # from the start below, more change nothing in float32
_LONGEST, _LEAST_DIVISOR = 2.0, 0.3  # of a step, against leaps where the distribution is flat
_SMALLEST = -80.0  # exp of it is a number in float32
_SERIES_BELOW = -11.0  # of log z, where P(a, z) is its first term to float32's precision


@tf.custom_gradient
def log_gamma_quantile(shape: tf.Tensor, uniform: tf.Tensor) -> tuple[tf.Tensor, object]:
    """Return log z with P(a, z) = u for the regularised incomplete gamma function P, elementwise.

    Of uniform u it is the logarithm of a Gamma(a, 1) variable, which stays finite where z itself would underflow. The
    derivative by the shape a is the implicit one, d log z / da = - (dP/da) / (z dP/dz) (Figurnov et al., 2018, eq. 5,
    https://arxiv.org/abs/1805.08498); there is none by u. Halley's method runs on log z and on the logarithm of P or of
    1 - P, whichever is smaller: both are concave in log z, and their second derivatives cost nothing more.

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
    log_z, is_low = _start(shape, uniform, first), uniform < 0.5
    log_gamma, tiny = tf.math.lgamma(shape), np.finfo(np.float32).tiny
    log_share = tf.where(is_low, tf.math.log(uniform), tf.math.log1p(-uniform))
    for _ in range(_STEPS):
        z = tf.exp(tf.maximum(log_z, _SMALLEST))
        # Of the two functions only the smaller one counts; at 1 and at 0 the other one costs nothing.
        low = tf.math.igamma(shape, tf.where(is_low, z, 0.0))
        high = tf.math.igammac(tf.where(is_low, 1.0, shape), tf.where(is_low, 0.0, z))
        share = tf.maximum(tf.where(is_low, low, high), tiny)
        slope = tf.maximum(tf.exp(shape * log_z - z - log_gamma), tiny) / share
        slope = tf.where(is_low, slope, -slope)  # of the logarithm by log z
        newton = (log_share - tf.math.log(share)) / slope
        curvature = shape - z - slope  # the second derivative by the first one
        step = newton / tf.maximum(1.0 + 0.5 * newton * curvature, _LEAST_DIVISOR)
        moved = log_z + tf.clip_by_value(step, -_LONGEST, _LONGEST)
        log_z = tf.where(first < _SERIES_BELOW, first, moved)
    return log_z


def _start(shape: tf.Tensor, uniform: tf.Tensor, first: tf.Tensor) -> tf.Tensor:
    """Return log z to one digit or better: by a normal variable's cube, by the upper tail, or by the series."""
    normal = np.sqrt(2.0) * tf.math.erfinv(2.0 * uniform - 1.0)
    cube = 1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * tf.sqrt(shape))  # Wilson & Hilferty, 1931
    of_cube = tf.math.log(shape * tf.maximum(cube, 0.1) ** 3)
    # 1 - P(a, z) is about z^(a - 1) exp(-z) / gamma(a): a fixed point.
    exponent = -tf.math.log1p(-uniform) - tf.math.lgamma(shape)
    tail = tf.maximum(exponent, 0.5)
    for _ in range(2):
        tail = tf.maximum(exponent + (shape - 1.0) * tf.math.log(tail), 0.3)
    series = first + tf.exp(tf.minimum(first, 3.0)) / (shape + 1.0)
    is_tail = (shape <= 1.0) & (uniform > 0.5) & (first > np.log(0.4))
    start = tf.where((shape > 1.0) & (cube > 0.1), of_cube, tf.where(is_tail, tf.math.log(tail), series))
    return tf.maximum(start, first)
