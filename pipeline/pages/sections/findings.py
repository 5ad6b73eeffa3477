"""What the records say, in sentences; every number comes from a record."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.pages.study import Study
from pipeline.pages.values import Record
from pipeline.thesis.tables import NETWORKS, model_name
from tfvae.plotting.augmented import sampler_names
from tfvae.plotting.identity import GAUSSIAN

TITLE = "Findings"
MOST = 0.95  # share of the sticks' mass that counts as nearly all
COLLAPSED = 0.1  # nats; below it the posterior says next to nothing about the image


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each network, the values that the sentences need."""
    found = [_of_network(study, network) for network in study.networks]
    return {"networks": found, "most": f"{MOST:.0%}"} if found else None


def _of_network(study: Study, network: str) -> dict[str, Any]:
    runs = study.of("main-experiments", network)
    best = min(runs, key=lambda run: run.mean("fid"))
    broken = study.of("stick-breaking", network)
    return {
        "title": NETWORKS[network],
        "weakest": runs[0],
        "strongest": runs[-1],
        "best": best,
        "best_name": model_name(best.content),
        "scaled": scaled_against_prior(study.of("augmented-sampling", network)),
        "samplers": best_samplers(study.of("augmented-sampling", network)),
        "broken": broken[0] if broken else None,
        "learns": bool(broken) and broken[0].mean("kl") > COLLAPSED,
        "sticks": sticks_for(broken[0].at("sticks"), MOST) if broken else 0,
    }


def scaled_against_prior(records: Sequence[Record]) -> dict[str, Any] | None:
    """Return how often scaled latents have a lower FID than plain ones, and the records of the largest changes.

    A change is the ratio of the two FIDs, means over the seeds.
    """
    if not records:
        return None
    ordered = sorted(records, key=_ratio)
    lowest, highest = ordered[0], ordered[-1]
    return {
        "scale": f"{lowest.at('scale'):g}",
        "lower": sum(_ratio(record) < 1 for record in records),
        "of": len(records),
        "falls": lowest if _ratio(lowest) < 1 else None,
        "falls_name": _name(lowest),
        "rises": highest if _ratio(highest) > 1 else None,
        "rises_name": _name(highest),
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
    total = 0.0
    for count, length in enumerate(sorted(sticks, reverse=True), start=1):
        total += length
        if total >= share:
            return count
    return len(sticks)


def _ratio(record: Record) -> float:
    return record.mean("samplers", "scaled", "fid") / record.mean("samplers", "prior", "fid")


def _name(record: Record) -> str:
    return model_name({**record.content, "posterior": GAUSSIAN})
