"""Names that pictures and pages give to the models and the samplers of the stage objectives."""

PIXELS = {"grey": "grey images", "binary": "binarised images"}
SAMPLERS = {
    "prior": "prior",
    "gaussian": "Gaussian",
    "mixture": "mixture",
    "copula": "copula",
    "flow": "flow",
}
# Others are called as in params/model_family.yaml.
NAMES = {
    "vae": "VAE",
    "beta-4": "β-VAE, β = 4",
    "iwae": "IWAE",
    "miwae": "MIWAE",
    "ciwae": "CIWAE",
    "piwae": "PIWAE",
    "tcvae": "β-TCVAE",
    "factor": "FactorVAE",
    "dip-1": "DIP-VAE I",
    "dip-2": "DIP-VAE II",
    "capacity": "controlled capacity",
    "info": "InfoVAE",
    "wae": "WAE",
    "rae-l2": "RAE, L2",
    "rae-gp": "RAE, gradient penalty",
    "vamp": "VampPrior",
    "sphere": "von Mises-Fisher",
    "dirichlet": "Dirichlet",
    "sticks": "stick-breaking",
    "sigma": "σ-VAE",  # noqa: RUF001
}


def of_pixels(models: list[str], pixels: str) -> dict[str, str]:
    """Return {model: its name in words} of the models of one kind of pixels; the kind ends each model's name."""
    ending = f"-{pixels}"
    names = {model: model.removesuffix(ending) for model in models if model.endswith(ending)}
    return {model: NAMES.get(name, name) for model, name in names.items()}
