"""Stage dataset-report: a page for people about one dataset, with all that it needs inside."""

from pathlib import Path

from pipeline import files, stage
from pipeline.contents import SECTIONS
from pipeline.experiment import joins
from pipeline.names import NETWORK_TITLES
from pipeline.pages.reading import address, read_arrays, read_figures, read_records
from pipeline.pages.rendering import page_of, part, render, sections_of
from pipeline.pages.study import Study
from pipeline.stage import Parameters

# The stages whose records and arrays the page shows.
RECORDS = ("train-fid-classifier", "architectures", "main-experiments", "stick-breaking", "augmented-sampling")
MODELS = ("main-experiments", "manifolds")


def main(
    parameters: Parameters,
    *,
    dataset: str,
    betas: list[str],
    metrics: Path,
    models: Path,
    figures: Path,
    page: Path,
) -> None:
    """Write one dataset's page."""
    home = page.parent
    records = [path for name in RECORDS for path in joins.of_dataset(metrics / name, dataset, betas)]
    folders = [folder for name in MODELS for folder in joins.of_dataset(models / name, dataset, betas, "")]
    arrays = read_arrays(folders)
    networks = [network for network in NETWORK_TITLES if ("manifolds", f"{dataset}-{network}") in arrays]
    study = Study(
        dataset=dataset,
        parameters=address(stage.PARAMETERS, home),
        records=read_records(records, home),
        figures=read_figures(figures, home),
        arrays=arrays,
        manifold_settings={network: parameters.manifolds.of(dataset, network) for network in networks},
    )
    body = part(dataset, study.title, render("sections.html", {"sections": sections_of(study, SECTIONS)}))
    files.write_bytes(page, page_of(f"{study.title}: variational auto-encoders", [body]))


if __name__ == "__main__":
    stage.run(main)
