"""Images per second of each contender, in interleaved rounds: A B C D A B C D ..., the others idle meanwhile."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any

from benchmarks.architectures import LATENT_DIM, training_flops
from benchmarks.contender import Contender
from benchmarks.load import LIMIT, OtherLoad
from benchmarks.machine import count_cores
from benchmarks.settings import NETWORKS, Settings
from benchmarks.spread import medians, ratios, shares, spread

ALL_CORES, ONE_MODEL, NOTEBOOK, PEER = "tfvae_all_cores", "tfvae_one_model", "notebook", "pythae"
# name: (module, on how many processes; 0 is one per core)
CONTENDERS = {
    ALL_CORES: ("tfvae_loop", 0),
    ONE_MODEL: ("tfvae_loop", 1),
    NOTEBOOK: ("notebook_loop", 1),
    PEER: ("pythae_loop", 1),
}
_CEILING_SECONDS = 0.25


def measure(settings: Settings) -> dict[str, Any]:
    """Return the sections of the results that concern training."""
    with ExitStack() as stack:
        precisions = {training["precision"] for training in settings.training.values()}
        of_ceilings = {"precisions": ["float32", *sorted(precisions - {"float32"})]}
        ceilings = {
            name: stack.enter_context(closing(Contender("ceilings", of_ceilings, settings.errors, processes)))
            for name, processes in (("one_core", 1), ("all_cores", count_cores()))
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in ceilings}
        networks = {network: _one_network(network, settings, ceilings, found) for network in NETWORKS}
    limits = {
        place: {name: spread([one[name] for one in rounds]) for name in rounds[0]} for place, rounds in found.items()
    }
    results: dict[str, Any] = {
        "ratios": {},
        "ratio_spread": {},
        "ratios_one_model": {},
        "images_per_second": {},
        "share_of_ceiling": {},
        "first_step_seconds": {network: one["start"] for network, one in networks.items()},
        "ceilings_gflops": limits,
        "megaflops_per_image": {network: training_flops(network, LATENT_DIM) / 1e6 for network in networks},
    }
    others = [value for one in networks.values() for value in one["others"] if value is not None]
    results["other_load"] = spread(others) if others else None
    for network, one in networks.items():
        rates = one["rates"]
        against = {name: ratios(rates[ALL_CORES], rates[name]) for name in (PEER, NOTEBOOK)}
        single = {name: ratios(rates[ONE_MODEL], rates[name]) for name in (PEER, NOTEBOOK)}
        results["ratios"][network], results["ratio_spread"][network] = medians(against), against
        results["ratios_one_model"][network] = medians(single)
        results["images_per_second"][network] = {
            name: None if values is None else spread(values) for name, values in rates.items()
        }
        results["share_of_ceiling"][network] = _shares(network, rates, limits, settings)
    return results


def _one_network(
    network: str, settings: Settings, ceilings: Mapping[str, Contender], found: dict[str, list[dict[str, float]]]
) -> dict[str, Any]:
    """Return rates per round and start-up times of each contender, and add to the ceilings that were `found`."""
    with ExitStack() as stack:
        contenders, start = {}, {}
        for name, (module, processes) in CONTENDERS.items():
            if name == PEER and settings.peer is None:
                continue
            python = {"python": settings.peer} if name == PEER and settings.peer else {}
            contenders[name] = stack.enter_context(
                closing(
                    Contender(module, settings.options(network), settings.errors, processes or count_cores(), **python)
                )
            )
            start[name] = {**contenders[name].greetings[0], "total": contenders[name].start_seconds}
            print(f"{network}: {name} made its first step after {start[name]['total']:.1f} s", flush=True)
        steps = {name: _steps(contender, settings.seconds) for name, contender in contenders.items()}
        rates: dict[str, list[float] | None] = {name: [] if name in contenders else None for name in CONTENDERS}
        pids = [pid for one in (*contenders.values(), *ceilings.values()) for pid in one.pids]
        load = OtherLoad(pids)
        others: list[float | None] = []
        for number in range(settings.rounds):
            for name, rate in _round(contenders, steps):
                values = rates[name]
                assert values is not None
                values.append(rate)
            for place, ceiling in ceilings.items():
                found[place].append(_summed(ceiling.ask({"seconds": _CEILING_SECONDS})))
            latest = ", ".join(f"{name} {values[-1]:,.0f}" for name, values in rates.items() if values)
            print(f"{network}: round {number + 1} of {settings.rounds}, images per second: {latest}", flush=True)
            others.append(load.cores())
            if (others[-1] or 0.0) > LIMIT:
                print(f"warning: other processes took {others[-1]:.2f} cores; these ratios mean nothing", flush=True)
    return {"rates": rates, "start": {name: start.get(name) for name in CONTENDERS}, "others": others}


def _round(contenders: Mapping[str, Contender], steps: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    for name, contender in contenders.items():
        yield name, contender.images_per_second(steps[name])


def _steps(contender: Contender, seconds: float) -> int:
    """Return how many steps take about so many seconds; on the way the contender warms up."""
    steps = 4
    while True:
        taken = max(reply["seconds"] for reply in contender.ask({"steps": steps}))
        if taken > 0.2 * seconds:
            return max(1, round(steps * seconds / taken))
        steps *= 4


def _summed(replies: list[dict[str, float]]) -> dict[str, float]:
    return {name: sum(reply[name] for reply in replies) for name in replies[0]}


def _shares(
    network: str, rates: Mapping[str, list[float] | None], limits: Mapping[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return each contender's share of the ceilings in the precision that it computes in."""
    operations = ("matrix_product", "convolution") if network == "cnn" else ("matrix_product",)
    found: dict[str, Any] = {}
    for name, values in rates.items():
        place = limits["one_core" if name == ONE_MODEL else "all_cores"]
        precision = settings.training[network]["precision"] if name in (ALL_CORES, ONE_MODEL) else "float32"
        chosen = {f"{operation}_{precision}": place[f"{operation}_{precision}"]["median"] for operation in operations}
        found[name] = (
            None if values is None else shares(spread(values)["median"], training_flops(network, LATENT_DIM), chosen)
        )
    return found
