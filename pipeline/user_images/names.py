"""Names of the models of a user's own images."""

from collections.abc import Mapping
from typing import Any

from tfvae.plotting.style import beta_text

_KINDS = {"mlp": "dense", "cnn": "convolutional"}


def model_names(record: Mapping[str, Any]) -> dict[str, str]:
    """Return {key: name} of a record's models, as in "dense, β = 0.2"."""
    return {
        key: f"{_KINDS[model['network']]}, β = {beta_text(model['beta'])}" for key, model in record["models"].items()
    }
