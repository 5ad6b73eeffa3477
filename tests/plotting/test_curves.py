import numpy as np
import pytest

from tfvae.plotting.curves import training_curves
from tfvae.plotting.sticks import stick_breaking
from tfvae.plotting.style import STICK_BREAKING_COLOR, beta_color


def lines(axes, prefix):
    return [line for line in axes.lines if line.get_label().startswith(prefix)]


@pytest.mark.parametrize(("seeds", "thin", "bands"), [(1, 0, 0), (2, 2, 0), (3, 3, 1), (5, 5, 1)])
def test_each_model_has_a_mean_its_seeds_and_from_three_on_a_band(make_curves, seeds, thin, bands):
    figure = training_curves(make_curves(seeds), title="t")
    assert len(figure.axes) == 4
    for axes in figure.axes:
        assert len(lines(axes, "β = ")) == 5
        assert len(lines(axes, "_seed")) == 5 * thin
        assert len(axes.collections) == 5 * bands
        assert sorted(text.get_text() for text in axes.texts) == ["β = 0.2", "β = 0.5", "β = 1", "β = 2", "β = 5"]


def test_mean_and_band_have_the_values(make_curves):
    curves = make_curves(4, betas=(0.5,))
    axes = training_curves(curves, title="t").axes[3]
    values = curves.pivot(index="step", columns="seed", values="kl").to_numpy()
    (mean,) = lines(axes, "β = ")
    assert mean.get_color() == beta_color(0.5)
    assert np.allclose(mean.get_ydata(), values.mean(axis=1))
    edges = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.max() == pytest.approx((values.mean(axis=1) + values.std(axis=1, ddof=1)).max())
    assert edges.min() == pytest.approx((values.mean(axis=1) - values.std(axis=1, ddof=1)).min())


def test_names_at_the_ends_do_not_overlap(make_curves):
    curves = make_curves(1)
    curves["fid"] = 30.0 + curves["beta"] / 1000  # five curves that all but coincide
    axes = training_curves(curves, title="t").axes[0]
    boxes = [text.get_window_extent() for text in axes.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_near_floor_is_a_line_and_far_ones_are_notes(make_curves):
    axes = training_curves(make_curves(1), title="t", floors={"near": 55.0, "high": 900.0, "low": 0.01}).axes[0]
    assert [line.get_ydata()[0] for line in lines(axes, "_floor")] == [55.0]
    notes = {text.get_text() for text in axes.texts}
    assert {"near", "high: 900 ↑", "low: 0.01 ↓"} <= notes
    assert axes.get_ylim()[1] < 900
    assert axes.get_ylim()[0] > 0.01


def test_units_and_number_of_pixels_are_stated(make_curves):
    figure = training_curves(make_curves(1), title="t", pixels=784)
    nats, better = "nats per image", "  (lower is better)"
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ["FID, log scale" + better, nats + better, nats + better, nats]  # a rate has no better
    assert "784 pixels" in figure.axes[2].get_title(loc="left")


@pytest.mark.parametrize(("seeds", "said"), [(1, "one seed each"), (3, "3 seeds each")])
def test_the_number_of_seeds_is_stated(make_curves, seeds, said):
    figures = training_curves(make_curves(seeds), title="t"), stick_breaking(
        make_curves(seeds, betas=(1,), posterior="stick_breaking"), [0.6, 0.4], 1.0, title="t"
    )  # fmt: skip
    assert all(said in figure.get_supxlabel() for figure in figures)


def test_the_name_of_a_floor_at_the_top_stands_inside_the_frame(make_curves):
    axes = training_curves(make_curves(1), title="t", floors={"mean image": 60.0}).axes[0]
    [note] = [text for text in axes.texts if text.get_text() == "mean image"]
    assert note.get_window_extent().y1 <= axes.get_window_extent().y1


@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_stick_breaking_has_its_own_color_and_a_bar_per_stick(make_curves, seeds):
    curves = make_curves(seeds, betas=(1,), posterior="stick_breaking")
    figure = stick_breaking(curves, [0.6, 0.3, 0.1], 1.0, title="t", floors={"mean image": 55.0})
    assert len(figure.axes) == 5
    assert all(lines(axes, "stick-breaking")[0].get_color() == STICK_BREAKING_COLOR for axes in figure.axes[:4])
    bars = figure.axes[4]
    assert [bar.get_height() for bar in bars.patches] == [0.6, 0.3, 0.1]
    assert np.allclose(bars.lines[0].get_ydata(), [0.5, 0.25, 0.25])
    assert not any("β" in axes.get_title(loc="left") for axes in figure.axes)


@pytest.mark.parametrize(
    ("sticks", "said"),
    [([0.5, 0.25, 0.25], "are the prior's, but for 0.0%"), ([0.6, 0.3, 0.1], "differ from the prior's by 15.0%")],
)
def test_how_far_sticks_are_from_the_prior_is_measured(make_curves, sticks, said):
    curves = make_curves(1, betas=(1,), posterior="stick_breaking")
    assert said in stick_breaking(curves, sticks, 1.0, title="t").axes[4].get_title(loc="left")
