"""Two-dimensional latents, decoded on a grid that sliders move through."""

from typing import Any

from pipeline import files
from pipeline.names import NETWORK_TITLES
from pipeline.pages.pictures import Picture, from_pixels, tiled
from pipeline.pages.study import Arrays, Study
from pipeline.pages.values import Value
from tfvae.plotting.identity import Identity
from tfvae.plotting.manifolds import column_names

TITLE = "What two latent dimensions can say"
QUALITY = 60


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each network, the grids of every model: one for each way of changing the latents."""
    grids = {network: study.arrays.get(("manifolds", f"{study.dataset}-{network}")) for network in NETWORK_TITLES}
    networks = [_network(name, arrays, study.manifold_settings[name]) for name, arrays in grids.items() if arrays]
    return {"networks": networks} if networks else None


def _network(network: str, arrays: Arrays, settings: Any) -> dict[str, Any]:
    names = column_names(settings.scale, settings.shift)
    models: dict[Identity, dict[str, Picture]] = {}
    with files.reading(arrays.path):
        for key, grid in arrays.items():
            model, column = key.split("|")
            models.setdefault(Identity.from_folder(model), {})[column] = from_pixels(tiled(grid), quality=QUALITY)
    return {
        "network": network,
        "title": NETWORK_TITLES[network],
        "points": next(iter(arrays.values())).shape[0],
        "columns": [(column, names.get(column, column)) for column in next(iter(models.values()))],
        "models": [(_name(model), pictures) for model, pictures in models.items()],
    }


def _name(model: Identity) -> Value:
    return Value(model.label, None, color=model.color)
