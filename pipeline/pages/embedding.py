"""Generated parts of a README, each between two marks."""

import sys
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


def folded(tables: str) -> str:
    """Return a dataset's tables with all but the first behind a line that unfolds them: there are many."""
    first, heading, others = tables.strip().partition("\n\n#### ")
    if not others:
        return first
    summary = "<summary>The thesis's tables of the same models</summary>"
    return f"{first}\n\n<details>\n{summary}{heading}{others}\n\n</details>"
