"""A stage's results on each dataset: its record, and its folder of figures."""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.experiment.precisions import by_precision, told
from pipeline.names import dataset_title
from pipeline.pages.study import Study
from pipeline.pages.values import Record

QUALITY = 75  # the files that pictures lead to are lossless


def by_dataset(
    study: Study, stage: str, captions: Mapping[str, str], values: Callable[[Record], Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the values of a part's template, None without a record of its stage.

    `values` maps a dataset's record to its entry; `captions`, by name, choose the figures that stand on the page.
    """
    datasets = [{**gallery(study, record, captions), **values(record)} for record in study.of(stage)]
    return {"datasets": datasets} if datasets else None


def gallery(study: Study, record: Record, captions: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the macro `gallery`, with the dataset's "title" and its section's "anchor".

    Figures of the record's stage and dataset stand on the page if they have a caption; all others are links.
    """
    folder, title = f"{record.stage}/{record.name}/", dataset_title(record.name)
    files = {name.removeprefix(folder): href for name, (_, href) in study.figures.items() if name.startswith(folder)}
    shown = {folder + name: f"{title}: {text}" for name, text in captions.items()}
    return {
        "record": record,
        "title": title,
        "anchor": f"{record.stage}-{record.name}",
        "precisions": told(by_precision([("", record.content)])),
        "pictures": study.pictures(shown, QUALITY),
        "others": [(name.replace("-", " "), href) for name, href in files.items() if name not in captions],
    }
