"""Stage summarize: the record of the chosen beta for each network, and the tables of the whole study of a dataset."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.stage import Parameters
from pipeline.thesis.tables import study_tables


def summary(records: Sequence[Mapping[str, Any]], beta: float) -> dict[str, Mapping[str, Any]]:
    """Return {network: record} of the records with this beta, dense networks first.

    Raises:
        RuntimeError: if a record has another beta, or a network has two records.
    """
    chosen = sorted(records, key=lambda record: record["network"] == "cnn")
    networks = [record["network"] for record in chosen]
    if any(record["beta"] != beta for record in chosen) or len(set(networks)) != len(networks):
        found = ", ".join(f"{record['network']} with beta {record['beta']:g}" for record in chosen)
        raise RuntimeError(f"A summary needs one record per network with beta {beta:g}. Received: {found}")
    return dict(zip(networks, chosen, strict=True))


def main(
    parameters: Parameters,
    *,
    dataset: str,
    records: list[Path],
    all_records: list[Path],
    stick_breaking_records: list[Path],
    augmented: list[Path],
    summary: Path,
    tables: Path,
) -> None:
    """Write the summary and the tables of one dataset, and print the tables."""
    chosen = [files.read_json(path) for path in records]
    # The same record may be named twice: the chosen beta is often one of the study's fixed ones.
    records, broken, augmented = (
        [files.read_json(path) for path in dict.fromkeys(paths)]
        for paths in (all_records, stick_breaking_records, augmented)
    )
    tables = study_tables(dataset, records, broken, augmented)
    files.write_json(summary, summary(chosen, parameters.beta))
    files.write_bytes(tables, "\n".join(table.markdown() for table in tables).encode())
    print("\n".join(table.plain() for table in tables))


if __name__ == "__main__":
    stage.run(main)
