"""Figures of a stage as files."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from pipeline import files
from pipeline.experiment.precisions import mixed
from tfvae.plotting.style import figure_to_png


def draw_stage(
    draw: Callable[..., Iterable[tuple[str, Figure]]],
    models: Path,
    record: Mapping[str, Any],
    figures: Path,
    *more: Any,
) -> None:
    """Write the figures that `draw(record, pictures, *more)` yields of a stage's record and pictures."""
    drawn, note = draw(record, files.read_npz(models / "pictures.npz"), *more), mixed([("", record)])
    write_figures(drawn, figures, lambda _: note)


def write_figures(figures: Iterable[tuple[str, Figure]], folder: Path, note: Callable[[str], str]) -> None:
    """Write each figure into a folder, as a PNG file of its name; `note(name)` stands below. All are drawn, or none."""
    contents = {f"{name}.png": figure_to_png(figure, note(name)) for name, figure in figures}
    for name, content in contents.items():
        files.write_bytes(folder / name, content)
