"""Stage dataset-report: a page for people about one dataset, with all that it needs inside."""

from pathlib import Path

from pipeline import files, stage
from pipeline.contents import SECTIONS
from pipeline.pages.reading import address, read_arrays, read_figures, read_records
from pipeline.pages.rendering import part, sections_of
from pipeline.pages.study import Study
from pipeline.stage import Parameters


def main(
    parameters: Parameters, *, dataset: str, records: list[Path], figures: Path, models: list[Path], page: Path
) -> None:
    """Write one dataset's page."""
    home = page.parent
    arrays = read_arrays(models)
    networks = [name.removeprefix(f"{dataset}-") for name in arrays.get("manifolds", {})]
    study = Study(
        dataset=dataset,
        parameters=address(stage.PARAMETERS, home),
        records=read_records(records, home),
        figures=read_figures(figures, home),
        arrays=arrays,
        manifold_settings={network: parameters.manifolds.of(dataset, network) for network in networks},
    )
    content = part(dataset, study.title, sections_of(study, SECTIONS))
    files.write_bytes(page, page(f"{study.title}: variational auto-encoders", [content]))


if __name__ == "__main__":
    stage.run(main)
