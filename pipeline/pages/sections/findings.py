"""The findings of a dataset in sentences, with numbers from its records."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.names import NETWORK_TITLES
from pipeline.pages.study import Study
from pipeline.pages.values import Record
from tfvae.plotting.augmented import sampler_names

TITLE = "Findings"
MOST = 0.95  # share of the sticks' mass that counts as nearly all
COLLAPSED = 0.1  # nats; below it the posterior says next to nothing about the image


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each network, the values that the sentences need."""
    networks = [_of_network(study, name) for name in NETWORK_TITLES if study.of("main-experiments", network=name)]
    return {"networks": networks, "most": f"{MOST:.0%}"} if networks else None


def _of_network(study: Study, network: str) -> dict[str, Any]:
    runs = study.of("main-experiments", network=network)
    augmented = study.of("augmented-sampling", network=network)
    sticks = next(iter(study.of("stick-breaking", network=network)), None)
    return {
        "title": NETWORK_TITLES[network],
        "weakest": runs[0],
        "strongest": runs[-1],
        "best": min(runs, key=lambda run: run.mean("fid")),
        "scaled": scaled_against_prior(augmented),
        "samplers": best_samplers(augmented),
        "sticks": sticks,
        "learns": sticks is not None and sticks.mean("kl") > COLLAPSED,
        "long_sticks": sticks_for(sticks.at("sticks"), MOST) if sticks else 0,
    }


def scaled_against_prior(records: Sequence[Record]) -> dict[str, Any] | None:
    """Return how often scaled latents have a lower FID than plain ones, and the records of the largest changes."""
    if not records:
        return None
    ordered = sorted(records, key=_ratio)
    lowest, highest = ordered[0], ordered[-1]
    return {
        "scale": f"{lowest.at('scale'):g}",
        "lower": sum(_ratio(record) < 1 for record in records),
        "of": len(records),
        "falls": lowest if _ratio(lowest) < 1 else None,
        "rises": highest if _ratio(highest) > 1 else None,
    }


def best_samplers(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Return (sampler, number of models for which its FID is the lowest), the most frequent first."""
    counts: Counter[str] = Counter()
    for record in records:
        samplers = record.at("samplers")
        names = sampler_names(record.at("scale"), record.at("shift"))
        best = min(samplers, key=lambda name: record.mean("samplers", name, "fid"))
        counts[names.get(best, best)] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def sticks_for(sticks: Sequence[float], share: float) -> int:
    """Return how many of the largest sticks (their mean lengths, summing to 1) hold `share` of the whole."""
    held = np.cumsum(sorted(sticks, reverse=True))
    return min(int(np.searchsorted(held, share)) + 1, len(sticks))


def _ratio(record: Record) -> float:
    """Return the change of a model's FID, mean over the seeds, by scaled latents."""
    return record.mean("samplers", "scaled", "fid") / record.mean("samplers", "prior", "fid")
