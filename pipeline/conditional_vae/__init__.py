"""The conditional VAE, searched for and compared with a VAE (document 003)."""
