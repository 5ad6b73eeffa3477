"""The thesis's study: architectures searched and chosen, the beta-VAE and the stick-breaking VAE."""
