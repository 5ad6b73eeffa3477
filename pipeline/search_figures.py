"""Stage search-figures: the figures of the stage hyperparameter-search for one dataset."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import write_figures
from pipeline.experiment.precisions import mixed
from pipeline.records.wide_search import HyperparameterSearch
from pipeline.stage import DatasetName
from pipeline.wide_search.figures import draw


def main(*, dataset: DatasetName, record: Path, figures: Path) -> None:
    """Draw and write every figure of a dataset."""
    content = files.read_json(record, HyperparameterSearch)
    note = mixed([("", content)])
    write_figures(draw(content), figures, lambda _: note)


if __name__ == "__main__":
    stage.run(main)
