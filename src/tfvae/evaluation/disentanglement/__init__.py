"""Scores of disentanglement: whether each factor of the images has dimensions of the code of its own.

All but `udr` need the factors, integers (N, K) from 0. Most take a sample of codes (N, D) with its factors;
`beta_vae_score` and `factor_vae_score` fix one factor and draw the others, so they take a function from factors to
codes. Scores of one code differ much between metrics, and none is comparable between datasets or sample sizes
(Locatello et al., 2019, https://arxiv.org/abs/1811.12359): show an untrained encoder's beside them. "The reference" is
the library of that paper, https://github.com/google-research/disentanglement_lib: on the same draws it gives the same
scores, except where a docstring says otherwise.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
