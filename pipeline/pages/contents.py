"""What stands on the pages, in this order; what has no records among the inputs of its stage is left out."""

from pipeline.pages.parts import colour, conditional, latent_analysis, reproduction, vector_quantised
from pipeline.pages.sections import (
    data,
    findings,
    manifolds,
    models,
    samplers,
    samples,
    search,
    settings,
    training,
)

# Of a dataset's page.
SECTIONS = (findings, data, search, models, samplers, samples, manifolds, training, settings)
# Of the page of the whole study, after its story and the datasets.
PARTS = (latent_analysis, conditional, vector_quantised, colour, reproduction)
