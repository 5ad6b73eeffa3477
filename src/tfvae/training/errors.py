"""What can go wrong in training; free of TensorFlow, so that a process without it can receive these errors."""


class TrainingDiverged(RuntimeError):
    """A loss became NaN or infinite."""
