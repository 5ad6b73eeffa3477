"""Variational auto-encoders in TensorFlow: networks, posteriors, models, samplers and evaluation.

Subpackages are imported on first use, so `import tfvae` costs nothing and `import tfvae.evaluation` does not import
TensorFlow.
"""

import lazy_loader as lazy

from tfvae import quiet

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
quiet.hush_import("tfvae.backend")
