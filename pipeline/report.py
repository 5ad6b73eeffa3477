"""Stage report: the page of the whole study: the datasets' pages, the further models, and the published figures."""

from typing import Any

from pipeline import stage
from pipeline.pages.contents import PARTS
from pipeline.pages.reading import address, read_figures, read_records
from pipeline.pages.rendering import page, part_of, parts_of, render
from pipeline.pages.study import Study
from pipeline.tables import TITLES

TITLE = "Variational auto-encoders, reproducibly"
CAPTION = "Test images, reconstructions and samples of the β-VAE, and FID against β: "


def main(parameters: Any, arguments: Any) -> None:
    """Put the datasets' pages and the other parts together; links stay valid because all pages lie in one folder.

    Raises:
        RuntimeError: if they do not.
    """
    home = arguments.page.parent
    if any(path.parent != home for path in arguments.datasets):
        raise RuntimeError(f"The datasets' pages must lie in the folder of the page, {home}, for their links.")
    figures = {
        f"{address(folder, home)}/{name}": figure
        for folder in arguments.figures
        for name, figure in read_figures(folder, home).items()
    }
    study = Study("study", address(stage.PARAMETERS, home), read_records(arguments.records, home), figures)
    names = [path.stem.partition("-")[2] for path in arguments.datasets]
    titles = {name: TITLES.get(name, name) for name in names}
    parts = parts_of(study, PARTS)
    pictures = study.pictures({f"{name}/overview": CAPTION + title for name, title in titles.items()})
    story = render("story.html", {"datasets": titles, "parts": parts, "pictures": pictures})
    found = [part_of(path.read_text(encoding="utf-8")) for path in arguments.datasets]
    stage.write_bytes(arguments.page, page(TITLE, [story, *found, *(part.body for part in parts)]))


if __name__ == "__main__":
    stage.run(main, reads={"datasets": "+", "records": "+", "figures": "+"}, writes=("page",))
