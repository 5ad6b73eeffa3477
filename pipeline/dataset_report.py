"""Stage dataset-report: a page for people about one dataset, with all that it needs inside."""

from pathlib import Path
from types import SimpleNamespace

from pipeline import files, stage
from pipeline.contents import SECTIONS
from pipeline.experiment import joins
from pipeline.names import NETWORK_TITLES
from pipeline.pages.decoders import read_decoder
from pipeline.pages.reading import address, read_arrays, read_figures, read_records
from pipeline.pages.rendering import page_of, part, render, sections_of
from pipeline.pages.study import Study
from pipeline.records.experiment import Manifolds
from pipeline.stage import Beta, DatasetName, Parameters


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    betas: list[Beta],
    metrics: Path,
    figures: Path,
    pretrained: list[Path],
    page: Path,
) -> None:
    """Write one dataset's page."""
    home = page.parent
    stages = (
        metrics / "train-fid-classifier", metrics / "architectures", metrics / "main-experiments",
        metrics / "stick-breaking", metrics / "augmented-sampling", metrics / "variants",
    )  # fmt: skip
    records = [path for folder in stages for path in joins.of_dataset(folder, dataset, betas)]
    shown = (metrics / "figure-data" / "main-experiments", metrics / "figure-data" / "manifolds")
    arrays = read_arrays(path for folder in shown for path in joins.of_dataset(folder, dataset, betas, ""))
    manifolds = {
        network: files.read_json(shown[1] / f"{dataset}-{network}" / "manifolds.json", Manifolds)
        for network in NETWORK_TITLES
        if ("manifolds", f"{dataset}-{network}") in arrays
    }
    study = Study(
        dataset=dataset,
        parameters=address(stage.PARAMETERS, home),
        records=read_records(records, home),
        figures=read_figures(figures, home),
        arrays=arrays,
        manifold_settings={
            network: SimpleNamespace(**vars(parameters.manifolds.of(dataset, network)), precision=of["precision"])
            for network, of in manifolds.items()
        },
        decoders=[read_decoder(folder) for folder in pretrained],
    )
    content = {"sections": sections_of(study, SECTIONS), "precisions": study.precisions}
    body = part(dataset, study.title, render("sections.html", content))
    files.write_bytes(page, page_of(f"{study.title}: variational auto-encoders", [body]))


if __name__ == "__main__":
    stage.run(main)
