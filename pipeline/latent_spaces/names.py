"""Names that pictures and pages give to the models of the stage latent-analysis."""

NAMES = {"auto_encoder": "auto-encoder", "vae": "VAE", "conv_vae": "convolutional VAE"}
