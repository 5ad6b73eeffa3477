"""A model's name, label, colour and folder: they follow from its configuration here, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tfvae.errors import Refused

GAUSSIAN, STICK_BREAKING = "diagonal_gaussian", "stick_breaking"  # posteriors, as in records and curves


@dataclass(frozen=True, order=True)
class Identity:
    """The name of its posterior family and its beta, which tell a model from the others of a study."""

    posterior: str
    beta: float

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return the identity of a record's model, a Gaussian VAE where no posterior is stated."""
        return cls(record.get("posterior", GAUSSIAN), record["beta"])

    @classmethod
    def from_folder(cls, folder: str) -> Self:
        """Return the identity of the model with this `folder`, "beta_<number>" or "stick_breaking"; refuse another."""
        if folder == STICK_BREAKING:
            return cls(STICK_BREAKING, 1.0)
        prefix, _, beta = folder.partition("_")
        try:
            if prefix == "beta":
                return cls(GAUSSIAN, float(beta))
        except ValueError:
            pass
        raise Refused(f'A model\'s folder is "beta_<number>" or "stick_breaking". Received: {folder!r}')

    @property
    def is_stick_breaking(self) -> bool:
        """Whether its latents are sticks."""
        return self.posterior == STICK_BREAKING

    @property
    def folder(self) -> str:
        """The folder of its weights: "beta_0.2", "stick_breaking"."""
        return STICK_BREAKING if self.is_stick_breaking else f"beta_{self.beta}"

    @property
    def label(self) -> str:
        """Its name in figures: "β = 0.2", "stick-breaking"."""
        return "stick-breaking" if self.is_stick_breaking else f"β = {self.beta:.12g}"

    @property
    def color(self) -> str:
        """Its colour in figures, "#rrggbb": that of its beta, or of stick-breaking."""
        from tfvae.plotting.style import STICK_BREAKING_COLOR, beta_color  # names alone need no Matplotlib

        return STICK_BREAKING_COLOR if self.is_stick_breaking else beta_color(self.beta)

    def name(self, network: str) -> str:
        """Return the thesis's name of it: 0.2-VAE, SB-VAE, and with the network "cnn" 0.2-CVAE, SB-CVAE."""
        prefix = "SB" if self.is_stick_breaking else f"{self.beta:.12g}"
        return f"{prefix}-{'CVAE' if network == 'cnn' else 'VAE'}"
