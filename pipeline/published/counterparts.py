"""The counterpart of each published figure in our records.

The thesis's figures have up to two places in the records of the stages (`pipeline.published.thesis`). "corrected" is
our own protocol; "legacy" is the thesis's, whose record (stage `legacy-experiments`, one per dataset and network) is

    {"dataset", "network", "architecture", "precision", "batch_size", "period_steps", "steps", "seeds",
     "published", "corrected": {switch: its value},
     "models": {"<beta>" or "clamped_stick_breaking": {"loss", "mse", "beta_x_kl", "fid", "fid_scaled", "tvd_max",
                "mse_trained_noise" (of test images, with the frozen noise of training)}},
     "ablation": {model, as above: {switch: the same metrics, with this one switch corrected}},
     "not_ablated": switches that this network's budget left out,
     "test_contrast", "augmented": see `pipeline.published.record`},

each metric a summary over seeds, the losses as `tfvae.evaluation.legacy.printed_losses` takes them. "ablation" has the
switch "losses", so the values on the test images, for every model. The figures of the other documents have one place,
in the record of the stage `latent-analysis` (`pipeline.published.documents`), or none.
"""

import re

from pipeline.published import documents as latent_counterparts
from pipeline.published import thesis as thesis_counterparts
from pipeline.published.places import Counterpart, Entry
from pipeline.published.references import Figure

TABLES = (thesis_counterparts, latent_counterparts)
ENTRIES = tuple(entry for table in TABLES for entry in table.ENTRIES)


def entries_of(figure: Figure) -> list[Entry]:
    """Return the rows of `ENTRIES` that mean a figure: exactly one, if the tables are right."""
    return [
        entry
        for entry in ENTRIES
        if entry.origin == figure.origin
        and re.fullmatch(entry.model, figure.model)
        and re.fullmatch(entry.metric, figure.metric)
    ]


def counterpart(figure: Figure) -> Counterpart:
    """Return the counterpart of a figure.

    Raises:
        ValueError: if not exactly one row of `ENTRIES` means it.
    """
    entries = entries_of(figure)
    if len(entries) != 1:
        raise ValueError(f"line {figure.line}: {len(entries)} counterparts for {figure.model!r}, {figure.metric!r}")
    [entry] = entries
    [table] = [table for table in TABLES if entry in table.ENTRIES]
    matches = (re.fullmatch(entry.model, figure.model), re.fullmatch(entry.metric, figure.metric))
    parts = {name: part for match in matches if match for name, part in match.groupdict().items()}
    place: Counterpart = table.counterpart(entry, figure, parts)
    return place
