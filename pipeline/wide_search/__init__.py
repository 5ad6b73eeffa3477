"""A search over every hyperparameter of the thesis's dense VAE, by two objectives and with pruning."""
