"""Sampling of latents and images, as NumPy arrays.

The transforms that the study calls augmented sampling, samplers fitted to the aggregated posterior, and grids over
two-dimensional latents map latents to latents (N, D) without TensorFlow, as `traversals` do. `generation`, `encoding`,
`importance`, `codes` and `pixel_cnn` run a trained model; `binary` makes images for `importance`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
