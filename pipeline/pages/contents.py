"""The sections of a dataset's page, in their order; one whose records are not among the inputs is left out."""

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

SECTIONS = (findings, data, search, models, samplers, samples, manifolds, training, settings)
