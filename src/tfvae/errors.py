"""The error of an input that the library refuses."""


class Refused(ValueError):
    """An argument is outside of what a function allows; the message says what is allowed and what was received."""

    # TensorFlow raises an error of a compiled function anew, in its own class only if that has this constructor.
    __init__ = Exception.__init__
