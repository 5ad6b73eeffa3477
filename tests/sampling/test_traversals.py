import numpy as np
import pytest

from tfvae.sampling.traversals import traversals


def test_lines_run_along_the_axes_through_the_latents():
    latents = np.array([[0.0, 10.0], [2.0, 10.0], [4.0, 10.0], [2.0, 10.0]])
    lines = traversals(latents, [7.0, 8.0], points=3, reach=2)
    assert lines.dtype == np.float32
    # Means 2 and 10, standard deviations sqrt 2 and 0.
    away = 2 * np.sqrt(2)
    np.testing.assert_allclose(lines[0], [[2 - away, 8], [2, 8], [2 + away, 8]], rtol=1e-6)
    np.testing.assert_allclose(lines[1], [[7, 10], [7, 10], [7, 10]], rtol=1e-6)


@pytest.mark.parametrize(
    "changes",
    [{"points": 1}, {"reach": 0}, {"reach": float("nan")}, {"start": [1.0]}, {"latents": np.ones(2)}],
    ids=str,
)
def test_what_is_no_line_is_refused(changes):
    arguments = {"latents": np.ones((4, 2)), "start": [0.0, 0.0], "points": 3, "reach": 2.0, **changes}
    with pytest.raises(ValueError, match="Received: "):
        traversals(**arguments)
