"""Stage summarize: the record of the chosen beta for each network, and the tables of the whole study of a dataset."""

from pathlib import Path

from pipeline import files, stage
from pipeline.stage import Parameters
from pipeline.thesis.runs import NETWORKS, Runs
from pipeline.thesis.tables import study_tables


def main(
    parameters: Parameters, *, dataset: str, betas: list[int | float], metrics: Path, summary: Path, tables: Path
) -> None:
    """Write the summary and the tables of one dataset, and print the tables."""
    runs, chosen = Runs(dataset, betas), Runs(dataset, [parameters.beta])
    experiments, sticks, augmented = (
        [files.read_json(path) for path in paths]
        for paths in (
            runs.by_beta(metrics / "main-experiments"),
            runs.by_network(metrics / "stick-breaking"),
            runs.by_beta(metrics / "augmented-sampling"),
        )
    )
    records = [files.read_json(path) for path in chosen.by_beta(metrics / "main-experiments")]
    files.write_json(summary, dict(zip(NETWORKS, records, strict=True)))
    listed = study_tables(dataset, experiments, sticks, augmented)
    files.write_bytes(tables, "\n".join(table.markdown() for table in listed).encode())
    print("\n".join(table.plain() for table in listed))


if __name__ == "__main__":
    stage.run(main)
