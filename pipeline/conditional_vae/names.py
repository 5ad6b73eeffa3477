"""Names that pictures and pages give to the models of the stage conditional."""

CONDITIONAL = "conditional_vae"
NAMES = {"vae": "VAE", CONDITIONAL: "conditional VAE"}
