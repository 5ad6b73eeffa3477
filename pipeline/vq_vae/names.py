"""Names that pictures and pages give to the models of the stage vector-quantised."""

FAMILIES = {"vae": "VAE", "beta-vae": "β-VAE", "vq-vae": "VQ-VAE"}


def family(model: str) -> str:
    """Return the family of a model by its name in records: "vae" of "vae-2"."""
    return next(name for name in FAMILIES if model.startswith(f"{name}-"))


def label(model: str, sampler: str = "prior") -> str:
    """Return a model's name with its sizes, as in "VQ-VAE, D = 16, K = 128", and its sampler if not the prior."""
    kind = family(model)
    dim, *codes = model.removeprefix(f"{kind}-").split("-")
    sizes = f"D = {dim}" + (f", K = {codes[0]}" if codes else "")
    return f"{FAMILIES[kind]}, {sizes}" + ("" if sampler == "prior" else f", by {sampler}")
