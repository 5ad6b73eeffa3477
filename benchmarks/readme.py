"""`python -m benchmarks.readme docs/speed.md`: put the figures of results.json between the page's two marks.

With --check nothing is written; the exit status says whether they stand there.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import LABELS, number, table, with_spread
from pipeline.pages.embedding import update

RESULTS = Path(__file__).parent / "results.json"
NETWORKS = {"mlp": "dense", "cnn": "convolutional"}


def speed(results: Mapping[str, Any]) -> str:
    """Return the paragraphs on speed."""
    return "\n\n".join([_rates(results), _ratios(results), _ceiling(results), _rest(results)])


def _rates(results: Mapping[str, Any]) -> str:
    rates = results["images_per_second"]
    rows = [[label, *(with_spread(rates[network][name]) for network in NETWORKS)] for name, label in LABELS.items()]
    return table(["images per second", *NETWORKS.values()], rows)


def _ratios(results: Mapping[str, Any]) -> str:
    machine, networks = results["machine"], []
    for network, name in NETWORKS.items():
        against = results["ratios"][network]
        ratios = [f"{against[peer]:.1f} times {label}" for peer, label in _PEERS.items() if against[peer] is not None]
        networks.append(f"the {name} network trains {' and '.join(ratios)}")
    return (
        f"Medians of {results['settings']['rounds']} interleaved rounds, in brackets the lowest and the highest; "
        f"{machine['processor']}, {machine['cores']} cores, the thesis's architectures in batches of "
        f"{results['settings']['batch_size']}. With tfvae, a model on each core, "
        f"{'; '.join(networks)}."
    )


_PEERS = {"pythae": "the images of pythae's trainer", "notebook": "those of a plain Keras loop"}


def _ceiling(results: Mapping[str, Any]) -> str:
    parts = []
    for network, name in NETWORKS.items():
        precision = results["settings"]["training"][network]["precision"]
        limit = results["ceilings_gflops"]["all_cores"][f"matrix_product_{precision}"]["median"]
        share = results["share_of_ceiling"][network]["tfvae_all_cores"][f"matrix_product_{precision}"]
        parts.append(f"{share:.0%} of {number(limit)} GFLOP/s in {precision} for the {name} network")
    return (
        "How much is left: of what a large matrix product reaches on the same cores, training reaches "
        f"{' and '.join(parts)}."
    )


def _rest(results: Mapping[str, Any]) -> str:
    seconds, jobs = results["evaluation"]["seconds"], results["training_job"]
    shares = "; ".join(
        f"{job['share_of_steps']:.1%} and {job['share_of_evaluation']:.1%} with the {NETWORKS[network]} network"
        for network, job in jobs.items()
    )
    return (
        f"An FID of 10,000 x 64 features takes {number(seconds['fid']['median'] * 1e3)} ms (SciPy's `sqrtm`: "
        f"{number(seconds['fid_sqrtm']['median'] * 1e3)} ms, the same value to "
        f"{results['evaluation']['fid_relative_difference']:.0e}). In a training job of the study, two shares: that of "
        "compiled steps in the time beside start-up, compilation and evaluation, and that of evaluation in the whole "
        f"job. They are {shares}."
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Update or check a page; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readme", description=__doc__)
    parser.add_argument("readme", type=Path)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if it is out of date")
    given = parser.parse_args(argv)
    try:
        results = json.loads(given.results.read_text(encoding="utf-8"))
        return update(given.readme, "speed", speed(results), given.check)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
