"""A table of the same models, sampled in other ways than from the prior."""

from typing import Any

from pipeline.pages.study import Study
from pipeline.pages.values import columns, table
from tfvae.plotting.augmented import sampler_names

TITLE = "Ways of sampling"


def content(study: Study) -> dict[str, Any] | None:
    """Return the table of every sampler's FID."""
    records = study.of("augmented-sampling")
    if not records:
        return None
    names = sampler_names(records[0].at("scale"), records[0].at("shift"))
    samplers = {f"samplers/{name}/fid": names.get(name, name) for name in records[0].at("samplers")}
    rows = [(record.model(position), record) for position, record in enumerate(records)]
    data = table(f"{study.title}: FID of samples", columns(samplers), rows)
    return {"data": data, "scale": f"{records[0].at('scale'):g}"}
