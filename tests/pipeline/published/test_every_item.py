"""Every figure and table of the documents is listed, with a counterpart that a stage writes or a reason."""

import re

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.published.documents import COLUMNS, DOCUMENTS, Item, page, parse
from tests.pipeline.pipeline_file import PARAMETERS, load_stages, written
from tests.pipeline.test_dvc_yaml import items, resolved
from tfvae.training.epsilons import EPSILONS

ITEMS = parse((ROOT / "references" / "documents.csv").read_text(encoding="utf-8"))
OWN = "${user_datasets}"  # of whose images no document speaks
STAGES = {name: stage for name, stage in load_stages().items() if stage.get("matrix", {}).get("dataset") != OWN}
OUTPUTS = {resolved(path, item) for stage in STAGES.values() for item in items(stage) for path in written(stage)}
# Pictures that are drawn as soon as their stage runs again.
REDRAWN = [f"plots/conditional/{name}.png" for name in ("usps/dataset", "mnist/samples-vae", "usps/samples-vae")]
HEADER = ",".join(COLUMNS)
# What stages write that have not run yet, and those that read it: their files come with the next run.
LOCK = (ROOT / "dvc.lock").read_text(encoding="utf-8")
NOT_RUN = {path for name, stage in STAGES.items() if f"\n  {name}" not in LOCK for path in written(stage)}
AWAITED = NOT_RUN | {path for stage in STAGES.values() if NOT_RUN & {*stage["deps"]} for path in written(stage)}


def numbers(document, kind):
    """Return the numbers of a document's figures or tables that the rows name, ranges spread out."""
    found = []
    for item in (one.item for one in ITEMS if one.document == document and re.match(f"{kind}s? ", one.item)):
        if span := re.fullmatch(rf"{kind}s (\w+)\.(\d+) to (\w+)\.(\d+)", item):
            assert span[1] == span[3]
            found += [f"{span[1]}.{number}" for number in range(int(span[2]), int(span[4]) + 1)]
        else:
            found += re.findall(r"[\dA-C]+(?:\.\d+)?", item.partition(" ")[2])
    return found


def numbered(**chapters):
    return [f"{chapter.strip('c')}.{i}" for chapter, count in chapters.items() for i in range(1, count + 1)]


@pytest.mark.parametrize(
    ("document", "kind", "expected"),
    [
        ("000_thesis", "Figure", numbered(c2=10, c3=4, c5=4, c6=22, c8=2, A=4, B=2)),
        ("000_thesis", "Table", [*numbered(c5=2, c6=8, c8=1), "C.1"]),
        ("003_conditional", "Figure", [str(i) for i in range(1, 12)]),
        ("004_quantised", "Figure", [str(i) for i in range(1, 8)]),
    ],
)
def test_every_number_of_the_lists_of_figures_and_tables_stands_there_once(document, kind, expected):
    assert sorted(numbers(document, kind)) == sorted(expected)


def test_every_document_is_there():
    assert [document for document in DOCUMENTS if any(item.document == document for item in ITEMS)] == list(DOCUMENTS)


@pytest.mark.parametrize("path", sorted({path for item in ITEMS for path in item.counterparts}))
def test_every_counterpart_is_written_by_a_stage_or_a_module_of_the_library(path):
    parents = {str(parent) for parent in (ROOT / path).relative_to(ROOT).parents}
    assert path in OUTPUTS or parents & OUTPUTS or path.startswith("src/tfvae/")
    awaited = {
        resolved(one, item) for one in AWAITED for item in ({"dataset": name} for name in PARAMETERS["datasets"])
    }
    assert (ROOT / path).is_file() or path in REDRAWN or {path, *parents} & awaited


def test_what_has_no_counterpart_says_why():
    assert all(item.counterparts or len(item.note) > 5 for item in ITEMS)
    assert len([item for item in ITEMS if item.counterparts]) > len(ITEMS) / 2


def test_names_of_the_library_are_those_of_its_registries():
    notes = " ".join(item.note for item in ITEMS if item.document == "library")
    named = set(re.findall(r"`(\w+)`", notes))
    assert set(EPSILONS) <= named


def test_the_page_is_up_to_date():
    assert (ROOT / "docs" / "documents.md").read_text(encoding="utf-8") == page(ITEMS)


def test_a_row_links_what_it_names():
    text = page([Item("003_conditional", "Figure 3", "Preview", ("plots/mnist/dataset.png", "src/tfvae/x.py"), "note")])
    row = "| Figure 3 | Preview | [mnist/dataset](../plots/mnist/dataset.png), [tfvae/x](../src/tfvae/x.py) | note |"
    assert row in text.splitlines()
    assert "| Figure 1 | Drawing | none | why |" in page([Item("library", "Figure 1", "Drawing", (), "why")])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("005,Figure 1,Drawing,,none", "line 2: document must be one of 000_thesis, "),
        ("library,,Drawing,,none", "line 2: an item and a title are needed"),
        ("library,Figure 1,Drawing,,", "line 2: a counterpart, or a note why there is none, is needed"),
        ("library,Figure 1", "line 2: 5 fields are needed"),
    ],
)
def test_a_wrong_row_is_named(row, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        parse(f"{HEADER}\n{row}\n")
