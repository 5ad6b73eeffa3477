"""Names that pictures and pages give to the models of the stage conditional, and to what their searches choose."""

CONDITIONAL = "conditional_vae"
NAMES = {"vae": "VAE", CONDITIONAL: "conditional VAE"}
CHOSEN = {
    "batch_size": "Batch size", "learning_rate": "Learning rate", "optimizer": "Optimiser", "latent_dim": "Latents",
    "beta": "β", "epochs": "Epochs",
}  # fmt: skip
FIRST = "the document's choice"  # of a search's first trial
