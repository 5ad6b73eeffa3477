"""Stage own-report: a page for people about a user's own images, with all that it needs inside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.names import NETWORK_TITLES
from pipeline.pages.decoders import read_decoder
from pipeline.pages.reading import address, read_figures, read_records
from pipeline.pages.rendering import page_of, parts_of
from pipeline.pages.study import Study
from pipeline.params.own_images import UserDatasetName
from pipeline.user_images import part
from pipeline.user_images.names import model_names

_LARGEST = 3_000_000  # characters of a decoder's weights inside the page, which dense ones of large images exceed


def main(*, dataset: UserDatasetName, record: Path, models: Path, figures: Path, page: Path) -> None:
    """Write one dataset's page."""
    home, [content] = page.parent, read_records([record], page.parent)
    pictures = {f"own-images/{dataset}/{name}": one for name, one in read_figures(figures, home).items()}
    decoders = [one for one in read_decoders(content.content, models) if len(one["weights"]) <= _LARGEST]
    study = Study(dataset, address(stage.PARAMETERS, home), [content], pictures, decoders=decoders)
    [body] = parts_of(study, [part])
    files.write_bytes(page, page_of(f"{dataset}: variational auto-encoders", [body.body]))


def read_decoders(record: Mapping[str, Any], models: Path) -> list[dict[str, Any]]:
    """Return the decoder of each network's model with the lowest mean FID, of its first seed."""
    names, best = model_names(record), {}
    for key in sorted(record["models"], key=lambda key: -float(record["models"][key]["fid"]["mean"])):
        best[record["models"][key]["network"]] = key
    folders = {key: models / key / f"seed-{record['seeds'][0]}" for key in (best[one] for one in NETWORK_TITLES)}
    return [{**read_decoder(folder), "name": names[key]} for key, folder in folders.items()]


if __name__ == "__main__":
    stage.run(main)
