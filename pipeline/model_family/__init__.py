"""Objectives, priors and posteriors beside the beta-VAE, all under one protocol, and samplers fitted to each."""
