"""Stage report: the page of the whole study, with the published figures beside ours."""

import os
from pathlib import Path
from typing import Any

from pipeline import stage
from pipeline.pages.rendering import page, part_of, render
from pipeline.pages.reproduction import content
from pipeline.pages.values import Record
from pipeline.tables import TITLES

TITLE = "Variational auto-encoders, reproducibly"


def main(parameters: Any, arguments: Any) -> None:
    """Put the datasets' pages and the reproduction together; links stay valid because all lie in one folder.

    Raises:
        RuntimeError: if they do not.
    """
    home = arguments.page.parent
    if any(path.parent != home for path in arguments.datasets):
        raise RuntimeError(f"The datasets' pages must lie in the folder of the page, {home}, for their links.")
    names = [path.stem.partition("-")[2] for path in arguments.datasets]
    address = Path(os.path.relpath(arguments.reproduction, home)).as_posix()
    record = Record("reproduction", "", address, stage.read_json(arguments.reproduction))
    story = render("story.html", {"datasets": [(name, TITLES.get(name, name)) for name in names]})
    reproduction = render("reproduction.html", content(record))
    found = [part_of(path.read_text(encoding="utf-8")) for path in arguments.datasets]
    stage.write_bytes(arguments.page, page(TITLE, [story, *found, reproduction]))


if __name__ == "__main__":
    stage.run(main, reads={"datasets": "+", "reproduction": 1}, writes=("page",))
