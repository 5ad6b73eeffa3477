"""Names that pictures and pages give to data sets with known factors, methods, models and scores."""

from tfvae.plotting.style import beta_text

DATASETS = {"sprites": "Sprites", "dots": "Dots"}
METHODS = {"vae": "β-VAE", "tcvae": "β-TCVAE", "factor_vae": "FactorVAE", "dip_vae": "DIP-VAE"}
SCORES = {
    "beta_vae": "β-VAE score",
    "factor_vae": "FactorVAE score",
    "mig": "MIG",
    "sap": "SAP",
    "modularity": "modularity",
    "explicitness": "explicitness",
    "disentanglement": "DCI disentanglement",
    "completeness": "DCI completeness",
    "informativeness": "DCI informativeness",
    "udr": "UDR",
}


def model_title(method: str, strength: float) -> str:
    """Return a model's name in words, as in "β-TCVAE, 4"."""
    return f"{METHODS[method]}, {beta_text(strength)}"
