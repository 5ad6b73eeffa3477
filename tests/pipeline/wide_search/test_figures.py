"""The figure shows every trial of the record and every candidate of the grid, with what each has cost."""

from itertools import accumulate

import pytest

from pipeline.wide_search.figures import GRID, SEARCH, draw
from tests.pipeline.wide_search.made_up import wide_search_record


@pytest.fixture
def figure():
    [(name, figure)] = draw(wide_search_record("digits"))
    assert name == "fronts"
    return figure


def offsets(axes):
    return {
        handle.get_label(): handle.get_offsets().tolist() for handle in axes.collections if handle.get_label()[0] != "_"
    }


def test_what_was_tried_stands_in_the_plane(figure):
    record = wide_search_record("digits")
    ends = {state: [[one["rungs"][-1]["fid"], one["rungs"][-1]["tvd"]] for one in record["trials"]
                    if one["state"] == state and one["rungs"]] for state in ("complete", "pruned")}  # fmt: skip
    grid = [[one["fid"], one["tvd"]] for one in record["grid"]["candidates"]]
    shown = offsets(figure.axes[0])
    assert shown[f"{SEARCH} ({len(ends['complete'])})"] == ends["complete"]
    assert shown[f"{SEARCH}, ended early ({len(ends['pruned'])})"] == ends["pruned"]
    assert shown[f"{GRID} ({len(grid)})"] == grid


def test_the_lowest_so_far_stands_over_the_cost_so_far(figure):
    record = wide_search_record("digits")
    rows = [one for one in record["trials"] if one["rungs"]]
    total = accumulate(one["cost"] / 1e9 for one in record["trials"])
    spent = [cost for cost, one in zip(total, record["trials"], strict=True) if one["rungs"]]  # that of others counts
    first = next(i for i, one in enumerate(rows) if one["state"] == "complete")
    for axes, metric in zip(figure.axes[2:], ("fid", "tvd"), strict=True):
        line = axes.lines[0]
        assert line.get_xdata().tolist() == pytest.approx(spent[first:])
        lowest = accumulate((one["rungs"][-1][metric] if one["state"] == "complete" else 1e9 for one in rows), min)
        assert line.get_ydata().tolist() == [value for value in lowest if value < 1e9]


def test_models_of_both_fronts_are_named_but_those_that_diverged(figure):
    assert {text.get_text() for text in figure.axes[1].texts} == {"trial 2", "e1-d1"}
