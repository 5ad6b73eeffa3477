"""Stage report: the page of the whole study: the datasets' pages, the further models, and the published figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.contents import PARTS
from pipeline.findings.sentences import STRONGEST, Finding, strongest
from pipeline.jobs.times import read_costs
from pipeline.names import dataset_title
from pipeline.pages.dots import dots
from pipeline.pages.reading import address, read_figures, read_records
from pipeline.pages.rendering import page_of, part_of, parts_of, render
from pipeline.pages.study import Study
from pipeline.pages.values import Record
from pipeline.records.kinds import read_record
from pipeline.stage import Parameters
from tfvae.errors import Refused

TITLE = "Variational auto-encoders, reproducibly"
CAPTION = "Test images, reconstructions and samples of the β-VAE, and FID against β: "


def main(
    parameters: Parameters,
    *,
    dataset_pages: list[Path],
    records: list[Path],
    findings: list[Path],
    reproduction: Path,
    times: Path,
    figures: list[Path],
    page: Path,
) -> None:
    """Join the datasets' pages and the other parts; links work as the pages share one folder (else RuntimeError).

    Of each folder of records, the datasets that the parameters list for its stage count, in their order. The
    strongest findings are made of the records `findings` and of `reproduction`.
    """
    home = page.parent
    if any(path.parent != home for path in dataset_pages):
        raise RuntimeError(f"The datasets' pages must lie in the folder of the page, {home}, for their links.")
    listed = {
        "objectives": parameters.objectives_datasets,
        "disentanglement": parameters.disentanglement_datasets,
        "latent-analysis": parameters.latent_datasets,
        "conditional": parameters.conditional_datasets,
        "vector-quantised": parameters.vector_quantised_datasets,
        "colour": parameters.colour_datasets,
    }
    if unknown := [folder for folder in records if folder.name not in listed]:
        raise Refused(f"--records takes folders with the names {', '.join(listed)}. Received: {unknown[0]}")
    paths = [folder / f"{dataset}.json" for folder in records for dataset in listed[folder.name]]
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
    sources = {f"{path.parent.name}/{path.stem}": path for path in findings} | {"reproduction": reproduction}
    contents = {name: read_record(path) for name, path in sources.items()}

    def record(name: str) -> Mapping[str, Any]:
        if name not in contents:
            raise Refused(f"--findings lacks the record of a finding: {name}.json")
        return contents[name]

    links = {name: address(path, home) for name, path in sources.items()}
    found = {name: _shown(study, strongest(name, record), links) for name in STRONGEST}
    bodies = [files.read(path, lambda content: part_of(content.decode())) for path in dataset_pages]
    pieces = [story, *bodies, *(part.body for part in parts)]
    files.write_bytes(page, page_of(TITLE, pieces, render("lead.html", {"findings": found})))


def _shown(study: Study, found: Finding, links: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a finding on the page; `links` are the addresses of records by their names."""
    return {
        "claim": found.claim,
        "text": found.text,
        "place": found.place,
        "records": [(name, links[name]) for name in found.records],
        "dots": dots(found.measured, found.dots, found.published, found.digits) if found.dots else None,
        "pictures": study.pictures({found.figure: found.measured}),
    }


if __name__ == "__main__":
    stage.run(main)
