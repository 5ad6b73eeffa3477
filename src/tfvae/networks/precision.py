"""What a layer computes in: a plain parameter, so that a result never depends on what a machine happens to offer."""

_POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def policy(precision: str) -> str:
    """Return the Keras policy of hidden layers; variables, heads and losses stay in float32 in any case.

    Raises:
        ValueError: if `precision` is neither "float32" nor "bfloat16".
    """
    if precision not in _POLICIES:
        raise ValueError(f"Unknown precision. Received: {precision!r}; known are {', '.join(_POLICIES)}")
    return _POLICIES[precision]
