"""Generated parts of pages, each between two marks."""

import sys
from collections.abc import Iterable
from pathlib import Path

from pipeline import files


def update(path: Path, part: str, text: str, check: bool) -> int:
    """Put `text` between a part's marks in a file, or only check that it stands there; return the exit status.

    The marks are `<!-- part:begin -->` and `<!-- part:end -->`; ValueError unless each stands there once, in order.
    """
    old, begin, end = files.read_text(path), f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    if old.count(begin) != 1 or old.count(end) != 1 or old.index(begin) > old.index(end):
        raise ValueError(f"{path} must hold {begin} and, after it, {end}, once each.")
    new = f"{old[: old.index(begin)]}{begin}\n\n{text.strip()}\n\n{old[old.index(end) :]}"
    if new != old and check:
        print(f"{path} is out of date; run the same command without --check", file=sys.stderr)
        return 1
    if new != old:
        path.write_text(new, encoding="utf-8")
    return 0


def marked(path: Path, parts: Iterable[str]) -> list[str]:
    """Return those parts of which a mark stands in a file; ValueError if there is none."""
    text, parts = files.read_text(path), list(parts)
    found = [part for part in parts if f"<!-- {part}:" in text]
    if not found:
        raise ValueError(
            f"{path} must hold <!-- {parts[0]}:begin -->, or the mark of another part: {', '.join(parts)}."
        )
    return found


def first_table(tables: str) -> str:
    """Return the first of a dataset's tables, which has all its models."""
    return tables.partition("\n\n#### ")[0]
