"""Errors of training; free of TensorFlow, so that a process without it can receive them."""


class TrainingDiverged(RuntimeError):
    """A loss became NaN or infinite."""
