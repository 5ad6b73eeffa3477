"""Experiments: models that are trained and measured. Stages import its modules."""
