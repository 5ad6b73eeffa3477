"""The command line, `python -m tfvae`: a module for each command, and what they share.

`inputs` reads models, images and labels, `outputs` writes arrays, tables and pictures, and `running` runs a model.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
