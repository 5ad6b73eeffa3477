"""Evaluation metrics: arrays in, numbers out.

Nothing here imports TensorFlow. Features, probabilities and labels come from a classifier that the caller chooses;
FID, KID, precision and recall are comparable only between results of the same classifier.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
