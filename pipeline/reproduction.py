"""Stage reproduction: every published figure and claim beside ours, with a verdict, as a record and as a table."""

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import files, stage
from pipeline.experiment import joins
from pipeline.names import NETWORK_TITLES
from pipeline.published import claims as published_claims
from pipeline.published.record import by_key, flat, reproduction
from pipeline.published.references import parse
from pipeline.records.kinds import read_record
from pipeline.records.published import Reproduction
from pipeline.stage import Beta, DatasetName, Parameters


def main(
    parameters: Parameters,
    *,
    figures: Path,
    claims: Path,
    datasets: list[DatasetName],
    betas: list[Beta],
    records: list[Path],
    further: list[Path],
    record: Path,
    table: Path,
) -> None:
    """Join what is published with the records in the stages' folders, and further ones; write the record and the table.

    `further` are records that only claims need.
    """
    paths = [path for folder in records for name in datasets for path in joins.of_dataset(folder, name, betas)]
    contents = {path: read_record(path) for path in paths}
    by_place = by_key((*joins.maker(path, content), content) for path, content in contents.items())
    by_name = {f"{path.parent.name}/{path.stem}": of for path, of in contents.items()}
    by_name |= {f"{path.parent.name}/{path.stem}": read_record(path) for path in further}
    content = reproduction(
        files.read(figures, lambda content: parse(content.decode())),
        {**by_place, **settings(parameters, datasets)},
        files.read(claims, lambda content: published_claims.parse(content.decode())),
        by_name,
    )
    lines = pd.DataFrame([flat(entry) for entry in content["figures"]])
    files.write_json(record, content, Reproduction)
    files.write_csv(table, lines.astype(dict.fromkeys(["corrected_n", "legacy_n"], "Int64")))
    for origin, verdicts in content["counts"].items():
        print(f"{origin}: {', '.join(f'{number} {verdict}' for verdict, number in verdicts.items())}")


def settings(parameters: Parameters, datasets: list[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return what the parameters say of models whose records do not: see `pipeline.published.counterparts`."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for dataset in datasets:
        classifier = parameters.train_fid_classifier.of(dataset)
        found["train_fid_classifier", dataset, None, None] = {
            "batch_size": classifier.batch_size,
            "steps": classifier.steps,
        }
        for network in NETWORK_TITLES:
            rate = parameters.training.of(network).learning_rate
            found["training", dataset, network, None] = {"learning_rate": rate}
    return found


if __name__ == "__main__":
    stage.run(main)
