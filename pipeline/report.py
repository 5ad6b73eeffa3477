"""Stage report: the page of the whole study: the datasets' pages, the further models, and the published figures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.contents import PARTS
from pipeline.pages.reading import address, read_figures, read_records
from pipeline.pages.rendering import part_of, parts_of, render
from pipeline.pages.study import Study
from pipeline.stage import Parameters
from pipeline.thesis.tables import TITLES

TITLE = "Variational auto-encoders, reproducibly"
CAPTION = "Test images, reconstructions and samples of the β-VAE, and FID against β: "


def main(parameters: Parameters, *, datasets: list[Path], records: list[Path], figures: list[Path], page: Path) -> None:
    """Put the datasets' pages and the other parts together; links stay valid because all pages lie in one folder.

    Raises:
        RuntimeError: if they do not.
    """
    home = page.parent
    if any(path.parent != home for path in datasets):
        raise RuntimeError(f"The datasets' pages must lie in the folder of the page, {home}, for their links.")
    figures = {
        f"{address(folder, home)}/{name}": figure
        for folder in figures
        for name, figure in read_figures(folder, home).items()
    }
    study = Study("study", address(stage.PARAMETERS, home), read_records(records, home), figures)
    names = [path.stem.partition("-")[2] for path in datasets]
    titles = {name: TITLES.get(name, name) for name in names}
    parts = parts_of(study, PARTS)
    pictures = study.pictures({f"{name}/overview": CAPTION + title for name, title in titles.items()})
    story = render("story.html", {"datasets": titles, "parts": parts, "pictures": pictures})
    found = [part_of(path.read_text(encoding="utf-8")) for path in datasets]
    files.write_bytes(page, page(TITLE, [story, *found, *(part.body for part in parts)]))


if __name__ == "__main__":
    stage.run(main)
