"""What a figure says of a score in words: its name, which way is better, and over how many seeds."""

from collections.abc import Collection

from tfvae.evaluation.metrics import METRICS

# Scores beside `METRICS`, whether lower is better; what is in neither has no better or worse: a KL divergence, say.
_LOWER_IS_BETTER = {
    **{name: metric.lower_is_better for name, metric in METRICS.items()},
    **dict.fromkeys(("loss", "mse", "distortion", "neighbour_error", "fid_reconstructions"), True),
    **dict.fromkeys(("silhouette", "linear_probe_accuracy", "cas", "agreement", "inception_score_few"), False),
    **dict.fromkeys(("precision", "recall", "density", "coverage"), False),
}
LOWER, HIGHER = "lower is better", "higher is better"


def lower_is_better(score: str) -> bool | None:
    """Return whether a score, by its name in records, falls as a model gets better; None if it has no better."""
    return _LOWER_IS_BETTER.get(score)


def better(score: str) -> str:
    """Return which way a score is better, "" for one that has no better."""
    return {True: LOWER, False: HIGHER, None: ""}[lower_is_better(score)]


def titled(title: str, score: str, gap: str = "  ") -> str:
    """Return a score's title with which way is better after the gap, as in "FID  (lower is better)"."""
    return f"{title}{gap}({better(score)})" if better(score) else title


def seeds(count: int) -> str:
    """Return a number of seeds in words: "one seed", "3 seeds"."""
    return "one seed" if count == 1 else f"{count} seeds"


def of_seeds(counts: Collection[int]) -> str:
    """Return how many seeds stand behind several models: "3 seeds each", "one seed for 2 of 9, else up to 3"."""
    low, high = min(counts), max(counts)
    if low == 1 < high:
        return f"one seed for {sum(count == 1 for count in counts)} of {len(counts)}, else up to {high}"
    return f"{seeds(high)} each" if low == high else f"{low} to {high} seeds each"
