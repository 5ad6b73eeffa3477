"""Stage own-report: a page for people about a user's own images, with all that it needs inside."""

from pathlib import Path

from pipeline import files, stage
from pipeline.pages.reading import address, read_figures, read_records
from pipeline.pages.rendering import page_of, parts_of
from pipeline.pages.study import Study
from pipeline.params.own_images import UserDatasetName
from pipeline.user_images import part


def main(*, dataset: UserDatasetName, record: Path, figures: Path, page: Path) -> None:
    """Write one dataset's page."""
    home = page.parent
    pictures = {f"own-images/{dataset}/{name}": one for name, one in read_figures(figures, home).items()}
    study = Study(dataset, address(stage.PARAMETERS, home), read_records([record], home), pictures)
    [body] = parts_of(study, [part])
    files.write_bytes(page, page_of(f"{dataset}: variational auto-encoders", [body.body]))


if __name__ == "__main__":
    stage.run(main)
