"""Fidelity and diversity of generated samples, from balls around nearest neighbours.

Precision and recall: Kynkäänniemi et al., 2019, https://arxiv.org/abs/1904.06991, section 2. Density and coverage:
Naeem et al., 2020, https://arxiv.org/abs/2002.09797, section 3.

Conventions, those of the second paper's code: the radius of a point's ball is the distance to its k-th nearest
neighbour *excluding itself*; a point lies in a ball if its distance is *strictly* smaller.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from tfvae.arguments import as_count
from tfvae.evaluation.features import as_feature_pair, scaled_near_one

# Entries of the distance matrix that are held at a time: 32 MB.
ENTRIES = 2**22


def precision_recall_density_coverage(real: ArrayLike, generated: ArrayLike, k: int = 5) -> dict[str, float]:
    """Return precision, recall, density and coverage of generated features against real ones.

    - precision: the share of generated points that lie in at least one ball around a real point; recall: vice versa.
    - density: in how many balls around real points a generated point lies, on average, divided by k. Its expectation
      is 1 for equal distributions; it may exceed 1.
    - coverage: the share of balls around real points that hold at least one generated point. For equal distributions
      and N = M its expectation is 1 - prod_{i = 1..k} (N - i) / (2 N - i).

    For equal sets without tied distances all four are exactly 1; for sets far apart all four are 0. A point with more
    than k exact copies has a ball of radius 0, in which nothing lies.

    Args:
        real: features of real images, (N, D), N > k.
        generated: features of generated images, (M, D), M > k, from the same network.
        k: which nearest neighbour sets the radius, at least 1.

    Raises:
        Refused: if k is not an integer of at least 1, a set holds k samples or fewer or a value that is not finite,
            or the dimensions differ.
    """
    k = as_count(k, "k")
    x, y = scaled_near_one(*as_feature_pair(real, generated, ("real", "generated"), minimum=k + 1))
    radii_real, radii_generated = _radii(x, k), _radii(y, k)
    n, m = len(x), len(y)
    balls = np.zeros(m, np.int64)  # How many real balls hold each generated point.
    recalled = covered = 0
    for block, distances in distance_blocks(x, y, "sqeuclidean"):
        inside_real = distances < radii_real[block, None]
        balls += np.count_nonzero(inside_real, axis=0)
        covered += int(np.count_nonzero(inside_real.any(axis=1)))
        recalled += int(np.count_nonzero((distances < radii_generated).any(axis=1)))
    return {
        "precision": int(np.count_nonzero(balls)) / m,
        "recall": recalled / n,
        "density": int(balls.sum()) / (k * m),
        "coverage": covered / n,
    }


def _radii(points: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the squared distance of each point to its k-th nearest neighbour."""
    radii = np.empty(len(points))
    for block, distances in distance_blocks(points, points, "sqeuclidean"):
        # Sorted position 0 is the point itself, at distance 0.
        radii[block] = np.partition(distances, k, axis=1)[:, k]
    return radii


def distance_blocks(
    first: NDArray[np.float64], second: NDArray[np.float64], metric: str = "euclidean"
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield the distances of all pairs, (N, M), in blocks of rows, each with its rows.

    They come from differences, not from x.x - 2 x.y + y.y: equal points are at the distance 0, and a pair has the same
    distance, to the last bit, in whichever set and block it appears.
    """
    rows = max(1, ENTRIES // len(second))
    for start in range(0, len(first), rows):
        block = slice(start, start + rows)
        yield block, cdist(first[block], second, metric)
