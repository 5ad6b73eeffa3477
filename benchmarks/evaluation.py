"""Seconds of FID, of the features of 10,000 images, and of generating 10,000 images."""

from contextlib import closing
from typing import Any

from benchmarks.contender import Contender
from benchmarks.settings import Settings
from benchmarks.spread import spread

_ROUNDS = 5


def measure(settings: Settings) -> dict[str, Any]:
    """Return {"seconds": {what: spread}, "fid_relative_difference"}, all on one core, as in the pipeline."""
    precisions = {network: training["precision"] for network, training in settings.training.items()}
    options = {"images": str(settings.images), "precisions": precisions}
    with closing(Contender("evaluation", options, settings.errors)) as worker:
        rounds = [worker.ask({})[0] for _ in range(min(_ROUNDS, settings.rounds))]
        print("evaluation measured", flush=True)
        return {"seconds": {name: spread([one[name] for one in rounds]) for name in rounds[0]}, **worker.greetings[0]}
