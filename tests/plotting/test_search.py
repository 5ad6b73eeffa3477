import numpy as np
import pytest
from matplotlib.colors import to_hex

from tfvae.plotting.search import pareto_scatter, period_curves
from tfvae.plotting.style import BLUE, RED

CANDIDATES = [
    {"name": "e0-d0", "fid": 10.0, "tvd": 0.30},
    {"name": "e0-d1", "fid": 20.0, "tvd": 0.10},
    {"name": "e1-d0", "fid": 25.0, "tvd": 0.35},
]


def run(candidate, seed, steps=5):
    values = np.linspace(50, 20, steps) + seed
    return {
        "candidate": candidate,
        "seed": seed,
        "steps": [100 * (i + 1) for i in range(steps)],
        "fid": list(values),
        "tvd": list(values / 100),
    }


def test_front_is_red_and_the_rest_blue():
    axes = pareto_scatter(CANDIDATES, ["e0-d0", "e0-d1"], title="t", selected="e0-d1").axes[0]
    others, front, ring = axes.collections
    assert (to_hex(others.get_facecolor()[0]), to_hex(front.get_facecolor()[0])) == (BLUE, RED)
    assert others.get_offsets().tolist() == [[25.0, 0.35]]
    assert front.get_offsets().tolist() == [[10.0, 0.30], [20.0, 0.10]]
    assert ring.get_offsets().tolist() == [[20.0, 0.10]]
    assert {text.get_text() for text in axes.texts} == {"e0-d0", "e0-d1", "e1-d0"}


@pytest.mark.parametrize(
    ("candidates", "front", "selected"),
    [(CANDIDATES, ["e9-d9"], None), (CANDIDATES, ["e0-d0"], "e9-d9")],
)
def test_names_that_are_not_there_are_refused(candidates, front, selected):
    with pytest.raises(ValueError, match="among the candidates"):
        pareto_scatter(candidates, front, title="t", selected=selected)


@pytest.mark.parametrize("candidates", [1, 2, 4, 7])
def test_one_panel_per_candidate_with_two_axes(candidates):
    runs = [run(f"e{i}-d0", seed) for i in range(candidates) for seed in range(2)]
    figure = period_curves(runs, {"fid": 1.0, "tvd": 0.02}, title="t", selected="e0-d0")
    assert len(figure.axes) == 2 * candidates
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert titles == ["e0-d0  (selected)", *(f"e{i}-d0" for i in range(1, candidates))]
    for axes in figure.axes:
        assert len(axes.lines) == 3  # two runs and their mean


def test_shade_is_the_noise_around_the_mean():
    figure = period_curves([run("e0-d0", 0), run("e0-d0", 2)], {"fid": 1.5, "tvd": 0.02}, title="t")
    fid, tvd = figure.axes
    assert (fid.lines[0].get_color(), tvd.lines[0].get_color()) == (BLUE, RED)
    heights = fid.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((21 - 1.5, 51 + 1.5))


def test_verdict_stands_at_the_axes():
    verdict = {"fid": True, "tvd": False}
    fid, tvd = period_curves([run("a", 0)], {"fid": 1, "tvd": 1}, title="t", consistent=verdict).axes
    assert (fid.get_ylabel(), tvd.get_ylabel()) == ("FID (consistent)", "TVD (not consistent)")
