"""`python -m benchmarks`: measure, print the ratios, write results.json, results.md and the plots."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import evaluation, growth, machine, throughput, training_job
from benchmarks.architectures import BATCH_SIZE, LATENT_DIM
from benchmarks.contender import ROOT, WorkerFailed
from benchmarks.load import LIMIT
from benchmarks.report import to_markdown, with_spread
from benchmarks.settings import Settings, read_training


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    given = _parse(arguments)
    if given.redraw:
        _draw(json.loads((given.output / "results.json").read_text(encoding="utf-8")), given.output)
        return 0
    peer = machine.peer_python()
    versions, reason = machine.probe_peer(peer)
    if versions is None:
        print(f"pythae is skipped: {reason}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        name, images = _save_images(given.dataset, Path(scratch))
        training = read_training(given.parameters)
        settings = Settings(images, Path(scratch), training, given.rounds, given.seconds, peer if versions else None)
        try:
            measured = throughput.measure(settings)
            measured |= {"evaluation": evaluation.measure(settings), "growth": growth.measure(settings)}
            measured["training_job"] = training_job.measure(settings, given.parameters)
        except WorkerFailed as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    head = {"dataset": name, "batch_size": BATCH_SIZE, "latent_dim": LATENT_DIM, "training": training}
    results = {
        **measured,
        "settings": {**head, "rounds": given.rounds, "seconds_per_round": given.seconds},
        "machine": machine.describe(),
        "peer": {"versions": versions, "reason": reason},
    }
    _write(results, given.output)
    _print_ratios(results)
    return 0 if _is_idle(results["other_load"]) else 1


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of the throughput (default: 5)")
    parser.add_argument("--seconds", type=float, default=3.0, help="that a round of one contender takes (default: 3)")
    parser.add_argument("--dataset", choices=["mnist", "digits"], default="mnist", help="(default: mnist)")
    parser.add_argument("--parameters", type=Path, default=ROOT / "params.yaml", help="where precision and xla stand")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks", help="folder of what is written")
    parser.add_argument("--redraw", action="store_true", help="measure nothing; report and plots from results.json")
    given = parser.parse_args(arguments)
    if given.rounds < 1 or given.seconds <= 0:
        parser.error("--rounds and --seconds must be above 0")
    return given


def _save_images(dataset: str, scratch: Path) -> tuple[str, Path]:
    """Write the training images for the workers; digits stands in for an MNIST that cannot be had."""
    import numpy as np

    from tfvae.data import DatasetUnavailable, load

    try:
        images = load(dataset).x_train
    except DatasetUnavailable as error:
        print(f"{error}\n{dataset} cannot be had: digits, bundled with scikit-learn, is taken instead", flush=True)
        dataset, images = "digits", load("digits").x_train
    np.save(scratch / "images.npy", images)
    return dataset, scratch / "images.npy"


def _write(results: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rounded = json.loads(json.dumps(results), parse_float=lambda text: float(f"{float(text):.5g}"))
    (folder / "results.json").write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")
    _draw(rounded, folder)


def _draw(results: dict[str, Any], folder: Path) -> None:
    from benchmarks import plots
    from tfvae.plotting.style import figure_to_png

    (folder / "results.md").write_text(to_markdown(results), encoding="utf-8")
    (folder / "throughput.png").write_bytes(figure_to_png(plots.throughput(results)))
    (folder / "growth.png").write_bytes(figure_to_png(plots.growth(results)))


def _is_idle(load: dict[str, float] | None) -> bool:
    if load is None or load["high"] <= LIMIT:
        return True
    message = f"error: other processes took up to {load['high']:.2f} cores: run this again on an idle machine"
    print(message, file=sys.stderr)
    return False


def _print_ratios(results: dict[str, Any]) -> None:
    print("\ntfvae on all cores is faster than")
    for network, against in results["ratio_spread"].items():
        for name, ratio in against.items():
            print(f"  {network}: {name} by {with_spread(ratio)}")
    times, difference = results["evaluation"]["seconds"], results["evaluation"]["fid_relative_difference"]
    print(f"FID of 10,000 x 64: {with_spread(times['fid'], 1e3)} ms, {difference:.0e} from SciPy's")


if __name__ == "__main__":
    sys.exit(main())
