from .gaussian import DiagonalGaussian as DiagonalGaussian
from .kumaraswamy import kumaraswamy_beta_kl as kumaraswamy_beta_kl
from .registry import POSTERIORS as POSTERIORS
from .registry import build_posterior as build_posterior
from .stick_breaking import StickBreaking as StickBreaking
