"""Names that pictures and pages give to the models and the samplers of the stage objectives."""

PIXELS = {"grey": "grey images", "binary": "binarised images"}
SAMPLERS = {
    "prior": "prior",
    "gaussian": "Gaussian",
    "mixture": "mixture",
    "copula": "copula",
    "flow": "flow",
}


def of_pixels(models: list[str], pixels: str) -> dict[str, str]:
    """Return {model: its name in words} of the models of one kind of pixels; the kind ends each model's name."""
    ending = f"-{pixels}"
    return {model: model.removesuffix(ending).replace("-", " ") for model in models if model.endswith(ending)}
