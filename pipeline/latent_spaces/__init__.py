"""Latent spaces of an auto-encoder and of VAEs, and the likelihood of a VAE (document 001)."""
