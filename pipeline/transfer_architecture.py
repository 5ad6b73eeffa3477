"""Stage transfer-architecture: a dataset without a search takes the architecture chosen on another."""

from pathlib import Path

from pipeline import files, stage
from pipeline.records.thesis import Search
from pipeline.stage import DatasetName


def main(*, dataset: DatasetName, source: Path, record: Path) -> None:
    """Copy a search's record under the name of another dataset; "searched_on" keeps saying where it comes from."""
    search = files.read_json(source, Search)
    files.write_json(record, {**search, "dataset": dataset, "searched_on": search["searched_on"]})


if __name__ == "__main__":
    stage.run(main)
