"""The commands that README.md, CONTRIBUTING.md and the guides in docs/ show; tests take from here what they run.

A command is a line of a fenced block marked `sh`, without its comment and up to a semicolon, or a piece of code in a
sentence that starts with the name of a program. `.venv/bin/` before it makes no difference.
"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
GENERATED = ("parameters.md",)
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(page for page in (ROOT / "docs").glob("*.md") if page.name not in GENERATED),
)
PROGRAMS = ("dask", "dvc", "git", "make", "pip", "pre-commit", "python", "rm", "uv")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORM = re.compile(r"\.\.\.|<\w+>")
_BEFORE = r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?"
STARTS = re.compile(rf"{_BEFORE}(?:{'|'.join(PROGRAMS)})(?=\s|`|$)")
_INLINE = re.compile(rf"(?<!`)`({STARTS.pattern}[^`]*)`(?!`)")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the language and the text of each fenced block of a page."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def commands() -> dict[str, str]:
    """Return the commands, each with the name of the first page that shows it.

    A piece of code that others begin with, such as `dvc exp run`, names them and is none itself; nor is a form with
    `<...>` or `...`.
    """
    shown = {command: page.name for page in reversed(PAGES) for command in _in_blocks(page)}
    named = {command: page.name for page in reversed(PAGES) for command in _in_sentences(page)}
    both = shown | named
    begun = {command for command in named if any(other.startswith(f"{command} ") for other in both)}
    names = begun - shown.keys() | set(filter(FORM.search, named))
    return {command: page for command, page in both.items() if command not in names}


def documented(command: str, **words: str) -> str:
    """Return a command as the documentation shows it, to run it: with other words in the place of some.

    Raises:
        LookupError: if the documentation does not show it.
    """
    if command not in commands():
        raise LookupError(f"No page shows this command. Received: {command!r}")
    for word, other in words.items():
        command = re.sub(rf"\b{word}\b", other, command)
    return command


def _in_blocks(page: Path) -> Iterator[str]:
    for language, text in blocks(page):
        for line in text.replace("\\\n", " ").splitlines() if language == "sh" else ():
            yield from filter(None, map(_plain, re.sub(r"(^|\s)#.*", "", line).split("; ")))


def _in_sentences(page: Path) -> Iterator[str]:
    yield from map(_plain, _INLINE.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))))


def _plain(command: str) -> str:
    return " ".join(command.split()).removeprefix(".venv/bin/")
