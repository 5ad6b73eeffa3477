"""Kumaraswamy distribution on (0, 1) in log space, and its divergence from a Beta distribution.

Density a b v^(a-1) (1 - v^a)^(b-1); distribution function 1 - (1 - v^a)^b; so v = (1 - u^(1/b))^(1/a) for uniform u
(Kumaraswamy, 1980; used as a reparameterisable stand-in for Beta by Nalisnick & Smyth, 2017,
https://arxiv.org/abs/1605.06197).
"""

from functools import reduce

import numpy as np

from tfvae.backend import tf
from tfvae.errors import Refused

# exp(-80) is the smallest power that float32 holds comfortably; flooring there keeps every gradient finite.
_SMALLEST_EXPONENT = -80.0
# For u^(1/b) below exp(-16), 1 - v = u^(1/b) / a to a relative 1e-7 / a, while log1mexp would lose digits.
_TAIL = -16.0


def log1mexp(x: tf.Tensor) -> tf.Tensor:
    """Return log(1 - exp(x)) for x < 0, with finite values and gradients (Maechler, 2012).

    Both branches get arguments that are safe for them ("double where"): a branch not taken still passes its gradient,
    and 0 * inf would be NaN.
    """
    x = tf.maximum(x, _SMALLEST_EXPONENT)
    near_zero = x > -float(np.log(2.0))
    in_near = tf.minimum(tf.where(near_zero, x, -1.0), -1e-37)
    in_far = tf.where(near_zero, -1.0, x)
    return tf.where(near_zero, tf.math.log(-tf.math.expm1(in_near)), tf.math.log1p(-tf.exp(in_far)))


def log_sample(a: tf.Tensor, b: tf.Tensor, log_uniform: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return (log v, log(1 - v)) for v = (1 - u^(1/b))^(1/a), given log u < 0; shapes broadcast."""
    exponent = log_uniform / b
    in_tail = exponent < _TAIL
    log_v = log1mexp(exponent) / a
    log_rest = log1mexp(tf.where(in_tail, -1.0, log_v))
    return log_v, tf.where(in_tail, exponent - tf.math.log(a), log_rest)


def _exponential_rule(step: float = 0.125, low: float = -4.5, high: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes t_j and weights w_j with sum_j w_j f(t_j) ~ integral_0^inf exp(-t) f(t) dt.

    Double-exponential quadrature, t = exp(s - exp(-s)) (Takahasi & Mori, 1974): spectral accuracy in spite of the
    algebraic singularity t^(1/a) that `mean_negative_log1m` has at 0.
    """
    s = np.arange(low, high + step / 2, step)
    t = np.exp(s - np.exp(-s))
    weights = step * (1.0 + np.exp(-s)) * t * np.exp(-t)
    used = weights > 1e-12
    return t[used], weights[used] / weights[used].sum()


_NODES, _WEIGHTS = _exponential_rule()


def mean_negative_log1m(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return E[-log(1 - v)] for v ~ Kumaraswamy(a, b), the term that has no closed form.

    The published series sum_m b / (m + a b) B(m / a, b) (Nalisnick & Smyth, 2017, eq. 9), cut after ten terms, is off
    by up to 7.5 nats for small b. We integrate over -log u ~ Exponential(1) instead.
    """
    minus_t = tf.constant(-_NODES, a.dtype)
    _, log_rest = log_sample(a[..., None], b[..., None], minus_t)
    return -tf.reduce_sum(tf.constant(_WEIGHTS, a.dtype) * log_rest, axis=-1)


def kumaraswamy_beta_kl(
    a: tf.Tensor, b: tf.Tensor, alpha: float | tf.Tensor = 1.0, beta: float | tf.Tensor = 1.0
) -> tf.Tensor:
    """Return KL(Kumaraswamy(a, b) || Beta(alpha, beta)) in nats, elementwise.

    Nalisnick & Smyth (2017), eq. 8, with the digamma function and the remaining expectation computed to float32
    accuracy. All arguments are positive numbers, arrays or tensors; the result has the widest floating-point type
    among `a` and `b`, float32 if they have none.

    Raises:
        ValueError: if the shapes do not broadcast.
        Refused: if an argument is not positive and finite; compiled functions return NaN instead.
    """
    a, b = _floating(a, b)
    alpha_, beta_ = tf.cast(alpha, a.dtype), tf.cast(beta, a.dtype)
    reduce(tf.broadcast_static_shape, [argument.shape for argument in (a, b, alpha_, beta_)])
    _check_positive(a=a, b=b, alpha=alpha_, beta=beta_)
    if _is(alpha, 1):
        log_beta_function = -tf.math.log(beta_)  # exact, where lgamma would subtract large numbers
    else:
        log_beta_function = tf.math.lgamma(alpha_) + tf.math.lgamma(beta_) - tf.math.lgamma(alpha_ + beta_)
    closed = (
        (a - alpha_)
        / a
        * (-float(np.euler_gamma) - tf.math.digamma(b + 1.0))  # digamma(b) + 1 / b, which cancel for small b
        + tf.math.log(a)
        + tf.math.log(b)
        + log_beta_function
        - (b - 1.0) / b
    )
    if _is(beta, 1):
        return closed
    return closed + (beta_ - 1.0) * mean_negative_log1m(a, b)


def _check_positive(**arguments: tf.Tensor) -> None:
    if not tf.executing_eagerly():
        return
    for name, value in arguments.items():
        if not np.all((value > 0) & tf.math.is_finite(value)):
            raise Refused(f"{name} must be positive and finite. Received: {np.min(value)} to {np.max(value)}")


def _is(value: float | tf.Tensor, number: int) -> bool:
    return isinstance(value, (int, float)) and value == number


def _floating(*values: float | tf.Tensor) -> list[tf.Tensor]:
    """Return tensors of the widest floating-point type among the values, of float32 if there is none."""
    tensors = [tf.convert_to_tensor(value) for value in values]
    types = [tensor.dtype for tensor in tensors if tensor.dtype.is_floating]
    widest = max(types, key=lambda dtype: dtype.size, default=tf.float32)
    return [tf.cast(tensor, widest) for tensor in tensors]
