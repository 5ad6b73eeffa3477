"""Sampling of latents: latents in, latents out, as NumPy arrays (N, D); decoding them is the caller's part.

Draws from the prior itself belong to `tfvae.distributions`. Here are the transforms that the study calls augmented
sampling, samplers fitted to the aggregated posterior, and grids over two-dimensional latents, none of which import
TensorFlow; and `generation`, which runs a trained model and does.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
