"""The drawings of docs/how-it-is-built.md: those of DVC's own graph and of Python's own imports, and up to date."""

import re
from itertools import pairwise

import networkx
import pytest
from dvc.repo import Repo

from pipeline import drawing
from pipeline.jobs.closure import ROOT
from tests.pipeline.pipeline_file import PARAMETERS, load_yaml
from tests.test_imports import ALLOWED, LIBRARY, subpackages

PAGE = ROOT / "docs" / "how-it-is-built.md"
ARROW = re.compile(r"^  (\S+) --> (\S+)$", re.MULTILINE)


def drawn(part):
    """Return the graph that a part of the page draws."""
    text = PAGE.read_text(encoding="utf-8").split(f"<!-- {part}:begin -->")[1].split(f"<!-- {part}:end -->")[0]
    return networkx.DiGraph(ARROW.findall(text))


def test_the_page_is_up_to_date(capsys):
    assert drawing.main([str(PAGE), "--check"]) == 0, capsys.readouterr().err


def test_the_stages_are_those_of_dvc():
    """DVC's graph leads from what reads to what writes, has a node for each item, and no stages of a user's images."""
    graph = networkx.DiGraph()
    for one, other in Repo(str(ROOT)).index.graph.edges:
        names = [stage.addressing.partition("@")[0] for stage in (other, one)]
        if names[0] != names[1] and not {*names} & {*drawing.EVERYWHERE}:
            graph.add_edge(*names)
    expected = networkx.transitive_reduction(graph)
    found = drawn("stages")
    own = {"import-images", "own-images", "own-figures", "own-report"}
    assert {edge for edge in found.edges if not {*edge} & own} == set(expected.edges)
    assert {edge for edge in found.edges if {*edge} & own} == set(
        pairwise(["import-images", "own-images", "own-figures", "own-report"])
    )


def test_the_library_is_that_of_the_imports():
    graph = networkx.DiGraph()
    for path in LIBRARY.glob("*/*.py"):
        graph.add_edges_from((path.parent.name, name) for name in subpackages(path) & {*ALLOWED} - {path.parent.name})
    found = drawn("library")
    assert networkx.transitive_closure(found).edges == networkx.transitive_closure(graph).edges
    assert set(found.edges) == set(networkx.transitive_reduction(graph).edges)


def test_every_stage_has_a_line():
    lines = re.findall(r"^\| (\S+) \| (.*) \| .* \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    stages = {name: stage.get("do", stage)["desc"] for name, stage in load_yaml("dvc.yaml")["stages"].items()}
    assert dict(lines[1:]) == stages


def test_an_edge_is_a_path_that_one_writes_and_another_reads():
    def stage(deps, outs):
        return {"matrix": {"a": "${names}"}, "cmd": "python -m x", "deps": deps, "outs": outs}

    stages = {
        "one": stage([], ["m/${item.a}.json"]),
        "two": stage(["m/x.json"], ["p"]),
        "three": stage(["p/a", "mx"], []),
    }
    edges = drawing.stage_edges({"stages": stages}, {"names": ["x", "y"]})
    assert edges == {"one": {"two"}, "two": {"three"}, "three": set()}
    assert drawing.reduced({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert PARAMETERS["user_datasets"].keys() == drawing.MINE.keys()


@pytest.mark.parametrize("text", ["", "<!-- stages:end --> <!-- stages:begin -->"])
def test_a_page_without_marks_is_left_alone(tmp_path, capsys, text):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert drawing.main([str(page)]) == 1
    assert "stages:begin" in capsys.readouterr().err and page.read_text(encoding="utf-8") == text
