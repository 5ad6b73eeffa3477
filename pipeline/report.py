"""Stage report: the page of the whole study: the datasets' pages, the further models, and the published figures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.contents import PARTS
from pipeline.jobs.times import read_costs
from pipeline.names import dataset_title
from pipeline.pages.reading import address, read_figures, read_records
from pipeline.pages.rendering import page_of, part_of, parts_of, render
from pipeline.pages.study import Study
from pipeline.pages.values import Record
from pipeline.stage import Parameters
from tfvae.errors import Refused

TITLE = "Variational auto-encoders, reproducibly"
CAPTION = "Test images, reconstructions and samples of the β-VAE, and FID against β: "


def main(
    parameters: Parameters,
    *,
    dataset_pages: list[Path],
    records: list[Path],
    reproduction: Path,
    times: Path,
    figures: list[Path],
    page: Path,
) -> None:
    """Join the datasets' pages and the other parts; links work as the pages share one folder (else RuntimeError).

    Of each folder of records, the datasets that the parameters list for its stage count, in their order.
    """
    home = page.parent
    if any(path.parent != home for path in dataset_pages):
        raise RuntimeError(f"The datasets' pages must lie in the folder of the page, {home}, for their links.")
    datasets = {
        "objectives": parameters.objectives_datasets,
        "disentanglement": parameters.disentanglement_datasets,
        "latent-analysis": parameters.latent_datasets,
        "conditional": parameters.conditional_datasets,
        "vector-quantised": parameters.vector_quantised_datasets,
        "colour": parameters.colour_datasets,
    }
    if unknown := [folder for folder in records if folder.name not in datasets]:
        raise Refused(f"--records takes folders with the names {', '.join(datasets)}. Received: {unknown[0]}")
    paths = [folder / f"{dataset}.json" for folder in records for dataset in datasets[folder.name]]
    pictures = {
        f"{address(folder, home)}/{name}": picture
        for folder in figures
        for name, picture in read_figures(folder, home).items()
    }
    known = Record("times", "", address(times, home), {"costs": read_costs(times)})
    read = [*read_records([reproduction, *paths], home), known]
    study = Study("study", address(stage.PARAMETERS, home), read, pictures)
    titles = {name: dataset_title(name) for name in (path.stem.partition("-")[2] for path in dataset_pages)}
    parts = parts_of(study, PARTS)
    overviews = study.pictures({f"{name}/overview": CAPTION + title for name, title in titles.items()})
    story = render("story.html", {"datasets": titles, "parts": parts, "pictures": overviews})
    bodies = [files.read(path, lambda content: part_of(content.decode())) for path in dataset_pages]
    files.write_bytes(page, page_of(TITLE, [story, *bodies, *(part.body for part in parts)]))


if __name__ == "__main__":
    stage.run(main)
