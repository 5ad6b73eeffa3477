"""Kumaraswamy's distribution in float64, by its definition and by adaptive quadrature."""

import numpy as np
from scipy import integrate, special


def log1mexp(x):
    """Return log(1 - exp(x)) for x < 0, without cancellation."""
    with np.errstate(divide="ignore"):
        return np.where(x > -np.log(2), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


def log_sample(a, b, log_u):
    """Return log v and log(1 - v) of v = (1 - u^(1/b))^(1/a), where float64 holds u^(1/b)."""
    exponent = log_u / b
    log_v = log1mexp(exponent) / a
    # 1 - v = u^(1/b) / a to first order, used where u^(1/b) underflows.
    with np.errstate(divide="ignore"):
        return log_v, np.where(exponent < -600, exponent - np.log(a), log1mexp(log_v))


def _expectation(function):
    """Return the integral of exp(-t) function(t) over t > 0, an expectation over u = exp(-t).

    In s = log t, the singularities of v at t = 0 lie infinitely far away.
    """

    def integrand(s):
        return np.exp(s - np.exp(s)) * function(np.exp(s))

    middle, error = integrate.quad(integrand, -45, 4.5, epsabs=1e-10, epsrel=1e-9, limit=500, points=[-10, 0])
    assert error < 1e-7 * (1 + abs(middle))
    return middle


def mean_negative_log1m(a, b):
    """Return E[-log(1 - v)] by quadrature."""
    return _expectation(lambda t: -log_sample(a, b, -t)[1])


def kl_to_beta(a, b, alpha, beta):
    """Return the integral of q log(q / p) with Kumaraswamy's density q and Beta's p; no digamma, no series."""

    def log_ratio(t):
        log_v, log_rest = log_sample(a, b, -t)
        log_q = np.log(a * b) + (a - 1) * log_v - (b - 1) * t / b  # 1 - v^a = u^(1/b)
        return log_q - ((alpha - 1) * log_v + (beta - 1) * log_rest - special.betaln(alpha, beta))

    return _expectation(log_ratio)
