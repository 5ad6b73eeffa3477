"""Names of the models; a name is imported on first use."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tfvae.arguments import one_of

MODELS = {
    "conditional_vae": ("tfvae.models.conditional", "build_conditional_vae"),
    "controlled_capacity": ("tfvae.models.controlled_capacity", "build_controlled_capacity"),
    "dip_vae": ("tfvae.models.dip_vae", "build_dip_vae"),
    "factor_vae": ("tfvae.models.factor_vae", "build_factor_vae"),
    "importance_weighted": ("tfvae.models.importance_weighted", "build_importance_weighted"),
    "mmd_vae": ("tfvae.models.mmd_vae", "build_mmd_vae"),
    "regularized_autoencoder": ("tfvae.models.regularized_autoencoder", "build_regularized_autoencoder"),
    "sigma_vae": ("tfvae.models.sigma_vae", "build_sigma_vae"),
    "tcvae": ("tfvae.models.tcvae", "build_tcvae"),
    "vae": ("tfvae.models.vae", "build_vae"),
    "vamp_vae": ("tfvae.models.vamp_vae", "build_vamp_vae"),
    "vq_vae": ("tfvae.models.vq_vae", "build_vq_vae"),
}


def build_model(configuration: Mapping[str, Any], seed: int = 0) -> Any:
    """Return a `tfvae.models.model.Model` from plain data, so that a JSON file beside the weights restores it.

    The configuration holds "model", a name of `MODELS`, and what its builder needs; initial weights follow the seed.

    Raises:
        Refused: if a name is unknown, a value out of its range, or a description does not fit the images.
    """
    module, attribute = MODELS[one_of(configuration.get("model"), MODELS, "model")]
    return getattr(import_module(module), attribute)(configuration, seed)
