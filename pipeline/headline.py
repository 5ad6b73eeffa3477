"""Stage headline: the main numbers of all datasets in one file, DVC's metrics.

The file is {dataset: {network: {"beta", "n" (seeds), "precision", name of a metric: {"mean", "sd" (null for one seed)},
...}}}, for the datasets of params.yaml in their order.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.names import NETWORK_TITLES
from pipeline.records.kinds import DatasetSummary, Headline
from pipeline.stage import Parameters

METRICS = ("fid", "fid_relative", "tvd", "kl", "mse")


def numbers(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return {network: headline numbers} from a dataset's summary, which is {network: record of the chosen beta}."""
    return {
        network: {
            "beta": record["beta"],
            "n": len(record["seeds"]),
            "precision": record["precision"],
            **{metric: {part: record[metric][part] for part in ("mean", "sd")} for metric in METRICS},
        }
        for network, record in ((network, summary[network]) for network in NETWORK_TITLES)
    }


def main(parameters: Parameters, *, summaries: Path, headline: Path) -> None:
    """Join the summaries of the study's datasets."""
    read = {name: files.read_json(summaries / f"{name}.json", DatasetSummary) for name in parameters.datasets}
    files.write_json(headline, {name: numbers(summary) for name, summary in read.items()}, Headline)


if __name__ == "__main__":
    stage.run(main)
