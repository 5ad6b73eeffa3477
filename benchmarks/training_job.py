"""Where the time of one training job goes: start-up, compilation, steps, evaluation, and what is none of these."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.contender import Contender
from benchmarks.settings import NETWORKS, Settings

# The convolutional job takes minutes: it runs a part of its steps, whose time is then scaled to all of them.
SHARES = {"mlp": 1.0, "cnn": 0.1}


def measure(settings: Settings, parameters: Path) -> dict[str, Any]:
    """Return {network: {"seconds", "steps_measured", "share_of_steps", "share_of_evaluation"}}."""
    results = {}
    for network in NETWORKS:
        options = {"network": network, "images": str(settings.images), "parameters": str(parameters.resolve())}
        with closing(Contender("training_job", options, settings.errors)) as worker:
            [reply] = worker.ask({"share": SHARES[network]})
            results[network] = shares({"start": worker.greetings[0]["start"], **reply})
        print(f"{network}: a training job measured", flush=True)
    return results


def shares(measured: Mapping[str, float]) -> dict[str, Any]:
    """Return the seconds of a job at all its steps, and what share of them is work.

    "share_of_steps" is that of compiled steps in what is left beside start-up, compilation and evaluation;
    "share_of_evaluation" that of evaluation in the whole job.
    """
    scale = measured["all_steps"] / measured["steps"]
    seconds = {name: measured[name] for name in ("start", "compilation", "training", "evaluation", "other")}
    seconds["training"] *= scale
    return {
        "seconds": seconds,
        "steps": measured["all_steps"],
        "steps_measured": measured["steps"],
        "share_of_steps": seconds["training"] / (seconds["training"] + seconds["other"]),
        "share_of_evaluation": seconds["evaluation"] / sum(seconds.values()),
    }
