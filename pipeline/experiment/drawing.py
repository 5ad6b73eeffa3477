"""Figures as files: what all stages that draw do with what they drew."""

from collections.abc import Iterable
from pathlib import Path

from matplotlib.figure import Figure

from pipeline import files
from tfvae.plotting.style import figure_to_png


def write_figures(figures: Iterable[tuple[str, Figure]], folder: Path) -> None:
    """Write each figure into a folder, as a PNG file of its name, as soon as it is drawn."""
    for name, figure in figures:
        files.write_bytes(folder / f"{name}.png", figure_to_png(figure))
