"""Datasets of images with labels: `load(name)` gives a `Dataset` of uint8 arrays, verified against fixed checksums.

Nothing here imports TensorFlow. A dataset is one module of this package and one line in `registry.DATASETS`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
