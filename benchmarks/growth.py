"""How the time of training grows: with images, latent size, size of the data, number of models, and cores."""

from typing import Any

from benchmarks.architectures import BATCH_SIZE
from benchmarks.contender import Contender
from benchmarks.machine import count_cores
from benchmarks.settings import NETWORKS, Settings
from benchmarks.spread import spread

LATENT_DIMS, DATA, MODELS, MULTIPLES = (2, 5, 16, 64), (1_000, 10_000, 60_000), (1, 2, 4), (1, 2, 4)
UNIT_IMAGES = 10_000
_ROUNDS, _SECONDS = 3, 0.6
Cases = dict[tuple[str, str], tuple[Contender, dict[str, int]]]


def measure(settings: Settings) -> dict[str, Any]:
    """Return {network: {axis: {value: spread of seconds}}}.

    The axis "images" holds the time for so many images; "latent_dim" and "data" the time per 10,000 images;
    "models_on_<cores>" the time until each of so many models has seen 10,000 images. The processes run already: their
    start is not part of it.
    """
    results = {}
    for network in NETWORKS:
        counts = sorted({1, count_cores()})
        pools: dict[int, Contender] = {}
        try:
            for count in counts:
                pools[count] = Contender("growth_loop", settings.options(network), settings.errors, count)
            results[network] = _one_network(pools, min(_ROUNDS, settings.rounds), min(_SECONDS, settings.seconds))
        finally:
            for pool in pools.values():
                pool.close()
        print(f"{network}: growth measured", flush=True)
    return results


def _one_network(pools: dict[int, Contender], rounds: int, seconds: float) -> dict[str, Any]:
    cases = _cases(pools, _steps(pools[1], seconds))
    for pool, request in cases.values():
        pool.ask({**request, "steps": 0})  # builds the models
    found: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        for (axis, value), (pool, request) in cases.items():
            taken = max(reply["seconds"] for reply in pool.ask(request))
            unit = 1.0 if axis == "images" else UNIT_IMAGES / (request["steps"] * BATCH_SIZE)
            found.setdefault(axis, {}).setdefault(value, []).append(taken * unit)
    return {axis: {value: spread(taken) for value, taken in values.items()} for axis, values in found.items()}


def _cases(pools: dict[int, Contender], steps: int) -> Cases:
    single = pools[1]
    cases: Cases = {}
    for multiple in MULTIPLES:
        cases["images", str(multiple * steps * BATCH_SIZE)] = single, {"steps": multiple * steps}
    for size in LATENT_DIMS:
        cases["latent_dim", str(size)] = single, {"latent_dim": size, "steps": steps}
    for size in DATA:
        cases["data", str(size)] = single, {"data": size, "steps": steps}
    for cores, pool in pools.items():
        for models in MODELS:
            if models % cores == 0:  # fewer models than cores leave cores idle
                cases[f"models_on_{cores}", str(models)] = pool, {"models": models // cores, "steps": steps}
    return cases


def _steps(contender: Contender, seconds: float) -> int:
    steps = 4
    contender.ask({"steps": steps})
    while (taken := contender.ask({"steps": steps})[0]["seconds"]) < 0.3 * seconds:
        steps *= 3
    return max(1, round(steps * seconds / taken))
