"""The template of `dvc plots`, filled by DVC's own renderer."""

import json
from pathlib import Path

import pytest

vega = pytest.importorskip("dvc_render.vega")

FOLDER = Path(__file__).resolve().parents[3] / ".dvc" / "plots"
# DVC reads CSV as text.
ROWS = [
    {"step": "10", "network": "mlp", "posterior": posterior, "beta": beta, "seed": "0", "fid": "3.5", "rev": rev}
    for rev in ("workspace", "HEAD")
    for posterior, beta in (("diagonal_gaussian", "0.2"), ("diagonal_gaussian", "10"), ("stick_breaking", "1"))
]


@pytest.fixture
def spec():
    renderer = vega.VegaRenderer(
        [dict(row) for row in ROWS], "digits-fid", template="by_beta", template_dir=str(FOLDER), x="step", y="fid",
        title="FID of samples", x_label="training step", y_label="FID",
    )  # fmt: skip
    return renderer.get_filled_template()


def walk(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def test_every_anchor_is_filled(spec):
    assert "<DVC_METRIC" not in json.dumps(spec)
    assert spec["data"]["values"] == ROWS
    assert spec["title"]["text"] == "FID of samples"
    assert isinstance(spec["spec"]["width"], int)


def test_a_panel_per_revision_and_network_and_a_line_per_beta(spec):
    assert (spec["facet"]["column"]["field"], spec["facet"]["row"]["field"]) == ("rev", "network")
    encodings = [node["encoding"] for node in walk(spec) if isinstance(node, dict) and "encoding" in node]
    colors = [encoding["color"]["field"] for encoding in encodings if "color" in encoding]
    assert colors == ["weight"]
    formulas = {step["as"]: step["calculate"] for step in spec["transform"] if "calculate" in step}
    # Numbers, because as text a beta of 10 would stand before one of 2.
    assert formulas["weight"] == "toNumber(datum.beta)"
    assert formulas["abscissa"] == "toNumber(datum['step'])"
    assert formulas["ordinate"] == "toNumber(datum['fid'])"
    means = [node for node in walk(spec) if isinstance(node, dict) and node.get("aggregate") == "mean"]
    assert len(means) == 2  # one for the beta-VAEs, one for stick-breaking


def test_each_seed_is_a_faint_line(spec):
    faint = [layer for layer in walk(spec) if isinstance(layer, dict) and "detail" in layer.get("encoding", {})]
    assert [layer["encoding"]["detail"]["field"] for layer in faint] == ["seed", "seed"]
    assert all(layer["mark"]["opacity"] < 0.5 for layer in faint)
