import numpy as np
import pytest

from tfvae.plotting.augmented import augmented_sampling
from tfvae.plotting.images import tile
from tfvae.plotting.manifolds import column_names, manifold_grid
from tfvae.plotting.overview import fid_by_beta, overview
from tfvae.plotting.style import beta_color


def summary(*values):
    return {"mean": float(np.mean(values)), "values": list(values)}


def record(network, beta, *values):
    return {
        "network": network,
        "beta": beta,
        "scale": 100.0,
        "shift": 2.0,
        "samplers": {"prior": {"fid": summary(*values)}, "scaled": {"fid": summary(*(2 * v for v in values))}},
    }


@pytest.mark.parametrize("values", [(30.0,), (30.0, 32.0), (30.0, 31.0, 32.0, 33.0, 34.0)])
def test_a_panel_per_network_and_beta_a_bar_per_sampler_a_dot_per_seed(values):
    records = [record(network, beta, *values) for network in ("mlp", "cnn") for beta in (0.2, 1)]
    figure = augmented_sampling(records, title="t")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["mlp, β = 0.2", "cnn, β = 0.2", "mlp, β = 1", "cnn, β = 1"]
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["prior", "prior × 100"]  # noqa: RUF001
    for axes in figure.axes:
        assert [bar.get_width() for bar in axes.patches] == [np.mean(values), 2 * np.mean(values)]
        assert list(axes.lines[0].get_xdata()) == list(values)
        assert axes.lines[-1].get_xdata()[0] == np.mean(values)  # the line of plain sampling
        assert axes.texts[0].get_text() == f"{np.mean(values):.1f}"


def test_a_missing_pair_leaves_its_panel_empty():
    figure = augmented_sampling([record("mlp", 0.2, 30.0), record("cnn", 1, 30.0)], title="t")
    assert [len(axes.patches) for axes in figure.axes] == [2, 0, 0, 2]


def test_precision_coverage_and_the_share_of_blank_images_stand_beside_the_bars():
    content = record("cnn", 1, 30.0, 32.0)
    content["samplers"]["scaled"] |= {"precision": summary(0.98, 1.0), "coverage": summary(0.003, 0.005)}
    content["samplers"]["scaled"]["blank_share"] = summary(0.25, 0.75)
    [axes] = augmented_sampling([content], title="t").axes
    texts = {text.get_text(): text.get_window_extent() for text in axes.texts}
    places = [axes.get_window_extent().x1]
    for name, number in (("precision", "0.99"), ("coverage", "0.00"), ("blank", "0.50")):
        assert texts[name].x0 > places[-1] and texts[number].x0 > places[-1]
        places.append(max(texts[name].x1, texts[number].x1))


def test_where_no_image_is_blank_there_is_no_column_of_zeros():
    content = record("cnn", 1, 30.0, 32.0)
    content["samplers"]["scaled"]["blank_share"] = summary(0.0, 0.0)
    [axes] = augmented_sampling([content], title="t").axes
    assert "blank" not in [text.get_text() for text in axes.texts]


def test_manifolds_stand_in_rows_of_models_and_columns_of_latents(make_images):
    keys = [f"{model}|{column}" for model in ("beta_0.2", "stick_breaking") for column in ("plain", "scaled")]
    manifolds = {key: np.roll(make_images(3, 3), i, axis=0) for i, key in enumerate(keys)}
    figure = manifold_grid(manifolds, title="t", names=column_names(100, 2))
    assert len(figure.axes) == 4
    for axes, key in zip(figure.axes, keys, strict=True):
        assert (axes.images[0].get_array() == tile(manifolds[key], gap=0)).all()
    assert [axes.get_ylabel() for axes in figure.axes] == ["β = 0.2", "", "stick-breaking", ""]
    assert figure.axes[1].get_title(loc="center") == column_names(100, 2)["scaled"]


def test_sticks_are_not_shifted_off_the_simplex(make_images):
    keys = [f"{model}|{column}" for model in ("beta_1", "stick_breaking") for column in ("plain", "shifted")]
    figure = manifold_grid({key: make_images(2, 2) for key in keys}, title="t")
    blank = [(np.asarray(axes.images[0].get_array()) == 255).all() for axes in figure.axes]
    assert blank == [False, False, False, True]
    assert "left out" in figure.get_supxlabel()


def test_large_grids_are_thinned_evenly_and_black_images_are_counted_in_all_of_them():
    grid = np.zeros((12, 12, 8, 8, 1), np.uint8)
    grid[0, 0, 3, 3], grid[11, 11, 3, 3], grid[1, 1, 3, 3] = 255, 254, 20
    [axes] = manifold_grid({"beta_1|plain": grid}, title="t").axes
    picture = np.asarray(axes.images[0].get_array())
    assert picture.shape == (7 * 8, 7 * 8) and (picture[3, 3], picture[-5, -5]) == (255, 254)
    assert axes.get_xlabel() == "142 of 144 black"


def test_manifolds_without_model_and_column_are_refused():
    with pytest.raises(ValueError, match="model>"):
        manifold_grid({"plain": None}, title="t")


RECORDS = [{"beta": beta, "fid": summary(fid, fid + 2)} for beta, fid in ((2, 40.0), (0.5, 20.0), (1, 30.0))]


def test_overview_shows_images_beside_the_fid_of_each_seed(make_images):
    arrays = {"originals": make_images(10), "reconstructions": make_images(10), "plain": make_images(9)}
    figure = overview(arrays, RECORDS, title="t", beta=0.5)
    assert len(figure.axes) == 4
    for axes, key in zip(figure.axes, ("originals", "reconstructions", "plain"), strict=False):
        assert (axes.images[0].get_array() == tile(arrays[key][:9].reshape(3, 3, 8, 8, 1))).all()
    line, *marks = figure.axes[3].lines
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([0.5, 1, 2], [21, 31, 41])
    dots = [mark for mark in marks if mark.get_marker() == "o"]
    assert [list(mark.get_ydata()) for mark in dots] == [[20, 22], [30, 32], [40, 42]]
    assert [mark.get_color() for mark in dots] == [beta_color(beta) for beta in (0.5, 1, 2)]
    assert [text.get_text() for text in figure.axes[3].texts] == ["lowest: 21"]


def test_beta_of_zero_has_a_linear_axis():
    figure = fid_by_beta({"mlp": RECORDS, "cnn": [{"beta": 0, "fid": summary(3.0)}, *RECORDS]}, title="t")
    assert [axes.get_xscale() for axes in figure.axes] == ["log", "linear"]


@pytest.mark.parametrize("best", [0, 2, 4])
def test_the_name_of_the_lowest_fid_stays_inside_the_frame(best):
    betas = (0.2, 0.5, 1, 2, 5)
    records = [{"beta": beta, "fid": summary(189.23 - 130 * (place == best))} for place, beta in enumerate(betas)]
    pictures = dict.fromkeys(("originals", "reconstructions", "plain"), np.zeros((9, 28, 28, 1), np.uint8))
    axes = overview(pictures, records, title="t", beta=1).axes[-1]
    [name] = [text for text in axes.texts if "lowest" in text.get_text()]
    inside, frame = name.get_window_extent(), axes.get_window_extent()
    assert frame.x0 <= inside.x0 and inside.x1 <= frame.x1
