"""The room of users' own images: beta-VAEs of any shape, dense and convolutional, with or without classes."""
