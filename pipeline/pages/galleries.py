"""What a stage found on one dataset: its record, and its folder of figures."""

from collections.abc import Mapping
from typing import Any

from pipeline.pages.study import Study
from pipeline.pages.values import Record
from pipeline.thesis.tables import TITLES

QUALITY = 75  # the files that pictures lead to have lost nothing


def gallery(study: Study, record: Record, captions: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the macro `gallery`, with the dataset's "title" and the "anchor" of its section.

    Args:
        study: whose figures are named by the stage, the dataset and the figure: "conditional/mnist/samples".
        record: of the stage and the dataset.
        captions: of the figures that stand on the page, by name; all others of the folder are links.
    """
    folder, title = f"{record.stage}/{record.name}/", TITLES.get(record.name, record.name)
    files = {name.removeprefix(folder): href for name, (_, href) in study.figures.items() if name.startswith(folder)}
    shown = {folder + name: f"{title}: {text}" for name, text in captions.items()}
    return {
        "record": record,
        "title": title,
        "anchor": f"{record.stage}-{record.name}",
        "pictures": study.pictures(shown, QUALITY),
        "others": [(name.replace("-", " "), href) for name, href in files.items() if name not in captions],
    }
