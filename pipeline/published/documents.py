"""The documents' figures and tables with their counterparts: `python -m pipeline.published.documents FILE.md`.

The rows are those of `references/documents.csv`: paths of counterparts, divided by spaces, or a note that says why
there is none.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath

from pipeline import files
from pipeline.published.references import require, rows

SOURCE = Path("references/documents.csv")
COLUMNS = ("document", "item", "title", "counterpart", "note")
DOCUMENTS = {
    "000_thesis": "The thesis (figures, tables)",
    "001_latent": "A tutorial on latent spaces (its figures have no numbers)",
    "002_colour": "A project on colour images of flowers",
    "003_conditional": "A project on conditional VAEs",
    "004_quantised": "A project on plain, β- and vector-quantised VAEs",
    "library": "The classes of the thesis's library",
    "plans": "What the documents leave to future work",
}
_HEAD = """# Document by document

Every figure and table of the five documents that this study follows, with its counterpart here, or the reason why there
is none; then what became of the classes of the thesis's library, and of what the documents leave to future work. Their
numbers and claims stand beside ours in [metrics/reproduction.json](../metrics/reproduction.json). This page is made of
[references/documents.csv](../references/documents.csv) by `python -m pipeline.published.documents docs/documents.md`.
"""


@dataclass(frozen=True)
class Item:
    """A row: an item of a document, the paths of its counterparts (none where a note says why), and a remark."""

    document: str
    item: str
    title: str
    counterparts: tuple[str, ...]
    note: str


def parse(text: str) -> tuple[Item, ...]:
    """Return the items of the file's text; a ValueError begins with the number of a wrong line."""
    items = []
    for line, row in rows(text, COLUMNS):
        require(row["document"] in DOCUMENTS, line, f"document must be one of {', '.join(DOCUMENTS)}", row["document"])
        require(bool(row["item"] and row["title"]), line, "an item and a title are needed", row)
        require(
            bool(row["counterpart"] or row["note"]), line, "a counterpart, or a note why there is none, is needed", row
        )
        items.append(Item(row["document"], row["item"], row["title"], tuple(row["counterpart"].split()), row["note"]))
    return tuple(items)


def page(items: Iterable[Item]) -> str:
    """Return the page in Markdown, to lie in a folder of the root: a table for each document."""
    parts = [_HEAD]
    for document, of in groupby(items, lambda item: item.document):
        lines = [f"| {' | '.join(_cells(item))} |\n" for item in of]
        parts.append(
            f"## {DOCUMENTS[document]}\n\n| there | what it is | here | remark |\n|---|---|---|---|\n{''.join(lines)}"
        )
    return "\n".join(parts)


def _cells(item: Item) -> tuple[str, ...]:
    links = [
        f"[{PurePosixPath(path).with_suffix('').relative_to(path.split('/')[0])}](../{path})"
        for path in item.counterparts
    ]
    return item.item, item.title, ", ".join(links) or "none", item.note


if __name__ == "__main__":
    files.write_bytes(Path(sys.argv[1]), page(parse(SOURCE.read_text(encoding="utf-8"))).encode())
