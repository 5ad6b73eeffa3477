from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

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


CROWD = [
    {"name": f"e{i}-d{i}", "fid": fid, "tvd": tvd}
    for i, (fid, tvd) in enumerate(np.random.default_rng(2).normal([250, 0.6], [3, 0.01], (12, 2)).tolist())
] + [{"name": "e99-d99", "fid": 180.0, "tvd": 0.3}]  # fmt: skip


def test_the_name_of_the_selected_is_written_and_each_name_is_that_of_the_nearest_point_or_has_a_line():
    axes = pareto_scatter(CROWD, ["e99-d99"], title="t", selected="e5-d5").axes[0]
    places = {c["name"]: axes.transData.transform((c["fid"], c["tvd"])) for c in CROWD}
    boxes = {text.get_text(): Text.get_window_extent(text) for text in axes.texts}
    assert {"e5-d5", "e99-d99"} <= boxes.keys()
    assert not any(a.overlaps(b) for a, b in combinations(boxes.values(), 2))
    for text in axes.texts:
        if text.arrow_patch is None:
            box = boxes[text.get_text()]
            distance = {name: np.hypot(*(p - np.clip(p, box.min, box.max))) for name, p in places.items()}
            assert min(distance, key=distance.get) == text.get_text()
        assert axes.get_window_extent().contains(*boxes[text.get_text()].min)
    told = axes.get_title(loc="left")
    assert (f"{len(CROWD) - len(boxes)} without room" in told) == (len(boxes) < len(CROWD))


def test_ring_and_front_are_explained():
    figure = pareto_scatter(CANDIDATES, ["e0-d0"], title="t", selected="e1-d0", why="; named by hand", about="1 step")
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts[-1] == "used from here on: e1-d0; named by hand"
    assert figure.axes[0].get_title(loc="left") == "1 step"


@pytest.mark.parametrize(("mean_image", "arrow"), [(24.0, False), (300.0, True)])
def test_the_mean_image_is_a_line_or_far_to_the_right(mean_image, arrow):
    axes = pareto_scatter(CANDIDATES, ["e0-d0"], title="t", mean_image=mean_image).axes[0]
    [note] = [text for text in axes.texts if "mean image" in text.get_text()]
    assert note.get_text().endswith("→") == arrow
    assert (mean_image in [line.get_xdata()[0] for line in axes.lines]) == (not arrow)
    assert axes.get_xlim()[1] < 300


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
