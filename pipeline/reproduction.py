"""Stage reproduction: every published figure beside ours, with a verdict, as a record and as a table."""

from pathlib import Path

import pandas as pd

from pipeline import files, stage
from pipeline.experiment import joins
from pipeline.published.record import by_key, flat, reproduction
from pipeline.published.references import parse
from pipeline.stage import Beta, DatasetName


def main(
    *, figures: Path, datasets: list[DatasetName], betas: list[Beta], records: list[Path], record: Path, table: Path
) -> None:
    """Join the published figures with the records in the stages' folders; write the record and the table."""
    paths = [path for folder in records for name in datasets for path in joins.of_dataset(folder, name, betas)]
    contents = {path: files.read_json(path) for path in paths}
    by_place = by_key((*joins.maker(path, content), content) for path, content in contents.items())
    content = reproduction(files.read(figures, lambda content: parse(content.decode())), by_place)
    lines = pd.DataFrame([flat(entry) for entry in content["figures"]])
    files.write_json(record, content)
    files.write_csv(table, lines.astype(dict.fromkeys(["corrected_n", "legacy_n"], "Int64")))
    for origin, verdicts in content["counts"].items():
        print(f"{origin}: {', '.join(f'{number} {verdict}' for verdict, number in verdicts.items())}")


if __name__ == "__main__":
    stage.run(main)
