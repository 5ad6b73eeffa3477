from .augmented import augmented_sampling as augmented_sampling
from .curves import training_curves as training_curves
from .identity import Identity as Identity
from .images import dataset_preview as dataset_preview
from .images import reconstruction_grid as reconstruction_grid
from .images import sample_grid as sample_grid
from .images import tile as tile
from .images import variant_grid as variant_grid
from .manifolds import manifold_grid as manifold_grid
from .overview import fid_by_beta as fid_by_beta
from .overview import overview as overview
from .quantised import code_maps as code_maps
from .quantised import sample_sheets as sample_sheets
from .quantised import score_bars as score_bars
from .quantised import sweep_tables as sweep_tables
from .search import pareto_scatter as pareto_scatter
from .search import period_curves as period_curves
from .sticks import expected_stick_weights as expected_stick_weights
from .sticks import stick_breaking as stick_breaking
from .style import beta_color as beta_color
from .style import figure_to_png as figure_to_png

__all__ = [
    "Identity",
    "augmented_sampling",
    "beta_color",
    "code_maps",
    "dataset_preview",
    "expected_stick_weights",
    "fid_by_beta",
    "figure_to_png",
    "manifold_grid",
    "overview",
    "pareto_scatter",
    "period_curves",
    "reconstruction_grid",
    "sample_grid",
    "sample_sheets",
    "score_bars",
    "stick_breaking",
    "sweep_tables",
    "tile",
    "training_curves",
    "variant_grid",
]
