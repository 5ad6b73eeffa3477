"""The same models, sampled in other ways than from the prior."""

from typing import Any

from pipeline.pages.study import Study
from pipeline.pages.values import Table, Value
from pipeline.thesis.tables import model_name
from tfvae.plotting.augmented import sampler_names
from tfvae.plotting.identity import GAUSSIAN

TITLE = "Ways of sampling"
NOTE = (
    "FID, mean ± standard deviation over the runs; lower is better. “Fitted” means: to the latents of training images, "
    "their mean (shift), a Gaussian, or a mixture of Gaussians."
)


def content(study: Study) -> dict[str, Any] | None:
    """Return the table of every sampler's FID, and its figure."""
    records = study.of("augmented-sampling")
    if not records:
        return None
    names = sampler_names(records[0].at("scale"), records[0].at("shift"))
    samplers = list(records[0].at("samplers"))
    rows = [
        (
            Value(_name(record.content), position, record.href, record.target, record.color),
            *(record.value("samplers", sampler, "fid") for sampler in samplers),
        )
        for position, record in enumerate(records)
    ]
    header = ("Model", *(names.get(sampler, sampler) for sampler in samplers))
    return {
        "data": Table(f"{study.title}: FID of samples", header, rows, NOTE),
        "pictures": study.pictures({"augmented-sampling": "FID of every way of sampling, by network and β"}),
        "scale": f"{records[0].at('scale'):g}",
    }


def _name(content: Any) -> str:
    return model_name({**content, "posterior": GAUSSIAN})
