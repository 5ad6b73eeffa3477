"""The sections and parts of the pages, in this order; those without records among their stage's inputs are left out."""

from pipeline.colour_images import part as colour
from pipeline.conditional_vae import part as conditional
from pipeline.known_factors import part as disentanglement
from pipeline.latent_spaces import part as latent_analysis
from pipeline.model_family import part as objectives
from pipeline.pages import costs
from pipeline.pages.sections import (
    data,
    explorer,
    findings,
    manifolds,
    models,
    samplers,
    samples,
    search,
    settings,
    training,
    variants,
)
from pipeline.published import part as reproduction
from pipeline.vq_vae import part as vector_quantised

# Of a dataset's page.
SECTIONS = (findings, data, search, models, samplers, samples, explorer, variants, manifolds, training, settings)
# Of the page of the whole study, after its story and the datasets.
PARTS = (
    objectives, disentanglement, latent_analysis, conditional, vector_quantised, colour, reproduction, costs,
)  # fmt: skip
