from .clamped_stick_breaking import ClampedStickBreaking as ClampedStickBreaking
from .gaussian import DiagonalGaussian as DiagonalGaussian
from .kumaraswamy import kumaraswamy_beta_kl as kumaraswamy_beta_kl
from .point import Point as Point
from .registry import POSTERIORS as POSTERIORS
from .registry import build_posterior as build_posterior
from .relu_gaussian import ReluGaussian as ReluGaussian
from .stick_breaking import StickBreaking as StickBreaking
