"""Generated parts of a README, each between two marks."""

import sys
from pathlib import Path


def embed(page: str, part: str, text: str) -> str:
    """Return `page` with `text` between the marks of a part, `<!-- part:begin -->` and `<!-- part:end -->`.

    Raises:
        ValueError: if the marks do not stand there once each, in their order.
    """
    begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise ValueError(f"The text must hold {begin} and, after it, {end}, once each.")
    return f"{page[: page.index(begin)]}{begin}\n\n{text.strip()}\n\n{page[page.index(end) :]}"


def update(path: Path, part: str, text: str, check: bool) -> int:
    """Put `text` into a part of a file, or only check that it stands there; return the exit status.

    Raises:
        OSError: if the file cannot be read or written.
        ValueError: if it lacks the marks.
    """
    old = path.read_text(encoding="utf-8")
    new = embed(old, part, text)
    if new == old:
        return 0
    if check:
        print(f"{path} is out of date; run the same command without --check", file=sys.stderr)
        return 1
    path.write_text(new, encoding="utf-8")
    return 0


def folded(tables: str) -> str:
    """Return a dataset's tables with all but the first behind a line that unfolds them: there are many."""
    first, *others = tables.strip().split("\n\n#### ")
    if not others:
        return first
    inner = "\n\n".join(f"#### {table}" for table in others)
    return f"{first}\n\n<details>\n<summary>The thesis's tables of the same models</summary>\n\n{inner}\n\n</details>"
