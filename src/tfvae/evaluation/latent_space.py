"""Scores of a latent space: how well it separates classes, and how many dimensions a model uses.

Latents are the posterior means of images, one row per image. None of these numbers looks at images, so a latent space
can be scored well by a model that reconstructs badly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tfvae.arguments import as_count, as_labels, as_number
from tfvae.errors import Refused
from tfvae.evaluation.features import as_feature_pair, as_features, scaled_near_one
from tfvae.evaluation.precision_recall import distance_blocks

Floats = NDArray[np.float64]
Labels = NDArray[np.integer[Any]]

# exp(700) = 1e304 is close to the largest float64.
LARGEST_LOG_VARIANCE = 700.0


@dataclass(frozen=True, eq=False)
class Silhouettes:
    """Silhouettes: how much nearer each latent is to its own class than to the next one, from -1 to 1.

    Attributes:
        values: (N,), in the order of the latents.
        score, per_class: their mean over all latents, and over those of each label that occurs.
    """

    values: Floats
    score: float
    per_class: dict[int, float]


def silhouettes(latents: ArrayLike, labels: ArrayLike) -> Silhouettes:
    """Return the silhouettes (b - a) / max(a, b) of latents, with their classes as clusters.

    a is a latent's mean Euclidean distance to the others of its class, b the smallest of its mean distances to the
    latents of another class (Rousseeuw, 1987, https://doi.org/10.1016/0377-0427(87)90125-7). A class of one latent has
    the silhouette 0, and so has a latent with a = b = 0, which lies on all of its class and of another. Costs all N^2
    distances.

    Args:
        latents: (N, D).
        labels: integers (N,), of which at least 2 and at most N - 1 are different.

    Raises:
        Refused: if the arrays are not as described.
    """
    z, classes = _labelled(latents, labels)
    occurring, indices, sizes = np.unique(classes, return_inverse=True, return_counts=True)
    if not 2 <= len(occurring) < len(z):
        raise Refused(
            "silhouettes need at least two classes, and fewer than there are latents. "
            f"Received: {len(occurring)} classes, {len(z)} latents"
        )
    by_class, starts = z[np.argsort(indices, kind="stable")], np.cumsum(sizes) - sizes
    values = np.empty(len(z))
    for block, distances in distance_blocks(z, by_class):
        values[block] = _silhouettes(np.add.reduceat(distances, starts, axis=1), indices[block], sizes)
    per_class = {int(label): float(values[classes == label].mean()) for label in occurring}
    return Silhouettes(values, float(values.mean()), per_class)


def _silhouettes(sums: Floats, own: NDArray[np.intp], sizes: NDArray[np.intp]) -> Floats:
    """Return the silhouettes of latents with sums of distances to each class (B, C), which are of the classes `own`."""
    each = np.arange(len(own))
    within = sums[each, own] / np.maximum(sizes[own] - 1, 1)  # less itself, at distance 0
    means = sums / sizes
    means[each, own] = np.inf
    between = means.min(axis=1)
    larger = np.maximum(within, between)
    defined = (sizes[own] > 1) & (larger > 0)
    values: Floats = np.divide(between - within, larger, out=np.zeros(len(own)), where=defined)
    return values


def neighbour_errors(latents: ArrayLike, labels: ArrayLike, ks: Sequence[int] = (3, 5, 10)) -> dict[int, float]:
    """Return, for each k, the share of latents that their k nearest neighbours misclassify.

    Leave-one-out: a latent is no neighbour of its own. Distances are Euclidean, every neighbour has one vote, and of
    the classes with most votes the one of the smallest label wins, as in scikit-learn's classifier. Which of equally
    far latents is the k-th nearest is not defined, so of latents that are all equal the error says nothing.

    Args:
        latents: (N, D), N > max(ks).
        labels: integers (N,).
        ks: numbers of neighbours, each at least 1.

    Raises:
        Refused: if the arrays are not as described, or there is no k, or one that is not an integer of at least 1.
    """
    ks = _as_counts(ks)
    z, classes = _labelled(latents, labels, minimum=max(ks) + 1)
    z = z - z.mean(axis=0)  # scikit-learn's x.x - 2 x.y + y.y loses digits far from the origin
    # Without an argument, kneighbors leaves each point out of its own neighbours.
    neighbours = NearestNeighbors(n_neighbors=max(ks)).fit(z).kneighbors(return_distance=False)
    return _vote_errors(classes[neighbours], classes, ks)


def classification_errors(
    train_latents: ArrayLike,
    train_labels: ArrayLike,
    test_latents: ArrayLike,
    test_labels: ArrayLike,
    ks: Sequence[int] = (3, 5, 10),
) -> dict[int, float]:
    """Return, for each k, the share of test latents that their k nearest training latents misclassify.

    Distances and votes are those of `neighbour_errors`. Nalisnick & Smyth, 2017 (https://arxiv.org/abs/1605.06197)
    compare latent spaces by such errors.

    Args:
        train_latents: (N, D), N >= max(ks).
        train_labels: integers (N,).
        test_latents: (M, D).
        test_labels: integers (M,).
        ks: numbers of neighbours, each at least 1.

    Raises:
        Refused: if the arrays are not as described, or there is no k, or one that is not an integer of at least 1.
    """
    ks = _as_counts(ks)
    train, test = as_feature_pair(train_latents, test_latents, ("train_latents", "test_latents"), minimum=1)
    if len(train) < max(ks):
        raise Refused(f"train_latents must hold at least {max(ks)} samples. Received: {len(train)}")
    known = as_labels(train_labels, "train_labels", count=len(train))
    wanted = as_labels(test_labels, "test_labels", count=len(test))
    train, test = scaled_near_one(train, test)
    centre = train.mean(axis=0)
    with threadpool_limits(limits=1):
        search = NearestNeighbors(n_neighbors=max(ks)).fit(train - centre)
        neighbours = search.kneighbors(test - centre, return_distance=False)
    return _vote_errors(known[neighbours], wanted, ks)


def _as_counts(ks: Sequence[int]) -> list[int]:
    if len(ks) == 0:
        raise Refused(f"ks must be one number of neighbours or more. Received: ks={ks}")
    return [as_count(k, "ks") for k in ks]


def _vote_errors(neighbours: Labels, labels: Labels, ks: Sequence[int]) -> dict[int, float]:
    """Return, for each k, how often the first k of the neighbours' labels (N, K) outvote the right one (N,)."""
    names, indices = np.unique(neighbours, return_inverse=True)
    votes = np.eye(len(names), dtype=np.int64)[indices.reshape(neighbours.shape)]  # (N, K, classes)
    return {k: float(np.mean(names[votes[:, :k].sum(axis=1).argmax(axis=1)] != labels)) for k in ks}


def linear_probe_accuracy(
    train_latents: ArrayLike, train_labels: ArrayLike, test_latents: ArrayLike, test_labels: ArrayLike
) -> float:
    """Return the accuracy, from 0 to 1, on test latents of a linear classifier fitted to training latents.

    The classifier is a multinomial logistic regression (L2 penalty, C = 1) of standardised latents, fitted by L-BFGS
    on one thread. scikit-learn warns if it did not converge within 1,000 iterations. A dimension whose variance is 0,
    also because it underflows, decides nothing.

    Raises:
        Refused: if latents are not (N, D) and (M, D), or labels not integers (N,) and (M,), in training at least two
            different ones.
    """
    train, test = as_feature_pair(train_latents, test_latents, ("train_latents", "test_latents"), minimum=1)
    y_train = as_labels(train_labels, "train_labels", count=len(train))
    y_test = as_labels(test_labels, "test_labels", count=len(test))
    if len(np.unique(y_train)) < 2:
        raise Refused(f"a linear probe needs at least two classes. Received: train_labels all {y_train[0]}")
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    with threadpool_limits(limits=1):
        predicted = probe.fit(train, y_train).predict(test)
    return float(np.mean(predicted == y_test))


def active_units(means: ArrayLike, threshold: float = 0.01) -> NDArray[np.bool_]:
    """Return which latent dimensions a model uses, (D,): Var_x E[z_d|x] > threshold, variances having ddof 0.

    Burda et al., 2016, section 5.2 (https://arxiv.org/abs/1509.00519), with their threshold of 0.01; `means` are the
    posterior means of images, (N, D), N >= 2.

    Raises:
        Refused: if the arrays are not as described, or the threshold is negative.
    """
    as_number(threshold, "threshold", "[0, inf)")
    mean = as_features(means, "means")
    # Less the first image's, so that the variance of a constant dimension is 0 without rounding.
    active: NDArray[np.bool_] = (mean - mean[0]).var(axis=0) > threshold
    return active


def kl_per_dimension(means: ArrayLike, log_variances: ArrayLike) -> Floats:
    """Return KL(N(mean_d, exp(log_variance_d)) || N(0, 1)), averaged over images, in nats (D,).

    Their sum is the mean KL divergence of diagonal Gaussian posteriors from N(0, I) (Kingma & Welling, 2014,
    appendix B).

    Raises:
        Refused: if the arrays are not (N, D), N >= 1, of finite numbers, or a log-variance is above 700.
    """
    mean, log_variance = as_feature_pair(means, log_variances, ("means", "log_variances"), minimum=1)
    if len(mean) != len(log_variance):
        raise Refused(
            "means and log_variances must be of the same images. "
            f"Received: means.shape={mean.shape}, log_variances.shape={log_variance.shape}"
        )
    if log_variance.max() > LARGEST_LOG_VARIANCE:
        raise Refused(
            f"log_variances must be at most {LARGEST_LOG_VARIANCE:g}, beyond which their exponentials overflow. "
            f"Received: {log_variance.max()}"
        )
    # expm1(v) - v keeps the digits of a posterior close to the prior.
    kl: Floats = 0.5 * (mean**2 + np.expm1(log_variance) - log_variance).mean(axis=0)
    return kl


def _labelled(latents: ArrayLike, labels: ArrayLike, minimum: int = 2) -> tuple[Floats, Labels]:
    (array,) = scaled_near_one(as_features(latents, "latents", minimum))
    return array, as_labels(labels, count=len(array))
