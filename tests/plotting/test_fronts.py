"""Two searches side by side: their fronts, their courses, and searches of which little is known."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from tfvae.plotting.fronts import two_searches
from tfvae.plotting.style import BLUE, RED

TRIED = [
    {"fid": 30.0, "tvd": 0.5, "cost": 2.0, "complete": True},
    {"fid": 10.0, "tvd": 0.6, "cost": 1.0, "complete": False},
    {"fid": 20.0, "tvd": 0.9, "cost": 3.0, "complete": True},
    {"fid": 40.0, "tvd": 0.7, "cost": 4.0, "complete": True},
]
GRID = [{"fid": 50.0, "tvd": 0.4, "cost": 20.0, "complete": True}]
AGAIN = {"search": {"a": {"fid": [10.0, 14.0], "tvd": [0.4, 0.6]}}, "grid": {"b": {"fid": [50.0], "tvd": [0.4]}}}


def figure(searches=None, confirmed=AGAIN):
    return two_searches(searches or {"search": TRIED, "grid": GRID}, confirmed, title="t", unit="billions")


def test_the_front_is_of_what_is_complete_and_in_the_search_s_colour():
    search, grid = figure().axes[0].lines
    assert search.get_xydata().tolist() == [[20.0, 0.9], [30.0, 0.5]] and grid.get_xydata().tolist() == [[50.0, 0.4]]
    assert (to_hex(search.get_color()), to_hex(grid.get_color())) == (BLUE, RED)


def test_a_course_counts_the_cost_of_all_and_the_lowest_of_what_is_complete():
    fid, tvd = (axes.lines[0] for axes in figure().axes[2:])
    assert fid.get_xydata().tolist() == [[2.0, 30.0], [3.0, 30.0], [6.0, 20.0], [10.0, 20.0]]
    assert tvd.get_ydata().tolist() == [0.5, 0.5, 0.5, 0.5]


def test_models_on_further_seeds_stand_at_their_mean_with_one_deviation():
    points = figure().axes[1].containers
    (line, _, bars), (single, _, of_one) = points
    assert line.get_xydata().tolist() == [[12.0, 0.5]] and single.get_xydata().tolist() == [[50.0, 0.4]]
    across = bars[0].get_segments()[0][:, 0]
    assert np.ptp(across) == pytest.approx(2 * np.std([10, 14], ddof=1))
    assert np.ptp(of_one[0].get_segments()[0]) <= 50.0 and np.ptp(of_one[0].get_segments()[0][:, 0]) == 0


@pytest.mark.parametrize(
    "searches",
    [
        {"search": [one for one in TRIED if not one["complete"]], "grid": GRID},
        {"search": TRIED[:1], "grid": []},
        {"search": [{**one, "fid": 0.0, "tvd": 0.0} for one in TRIED], "grid": GRID},
        {"search": [{**one, "fid": 10.0**place} for place, one in enumerate(TRIED)], "grid": GRID},
    ],
    ids=["none complete", "an empty grid", "zeros", "many orders of magnitude"],
)
def test_a_search_of_which_little_is_known_is_drawn(searches):
    assert figure(searches, {}).axes[0].get_xlabel() == "FID  (lower is better)"
