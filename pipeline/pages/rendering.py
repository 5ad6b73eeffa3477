"""HTML of sections, parts and pages; a page needs nothing else, as style, script and pictures stand inside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.pages.study import Study

FOLDER = Path(__file__).parent
ROOMS = FOLDER.parent
BEGIN, END = Markup("<!-- part:begin -->"), Markup("<!-- part:end -->")


@dataclass(frozen=True)
class Section:
    """A heading and the text below it; `anchor` is its address within the page."""

    anchor: str
    title: str
    body: Markup


def sections_of(study: Study, modules: Iterable[ModuleType]) -> list[Section]:
    """Return the sections that have something to show.

    A section's module has a TITLE and a function `content(study)`, which returns the values of the template of the same
    name beside it, or None where the study has no such records.
    """
    sections = []
    for module, values in _filled(study, modules):
        name = module.__name__.rpartition(".")[2]
        sections.append(Section(f"{study.dataset}-{name}", module.TITLE, render(f"sections/{name}.html", values)))
    return sections


def parts_of(study: Study, modules: Iterable[ModuleType]) -> list[Section]:
    """Return the parts of the page of the whole study that have something to show.

    A part's module is `part` of a room, like that of a section, with the STAGE whose records it shows.
    """
    parts = []
    for module, values in _filled(study, modules):
        body = render(f"{module.__name__.split('.')[-2]}/part.html", values)
        anchor, title = module.STAGE.replace("-", "_"), module.TITLE
        parts.append(Section(anchor, title, render("part.html", {"anchor": anchor, "title": title, "body": body})))
    return parts


def _filled(study: Study, modules: Iterable[ModuleType]) -> Iterator[tuple[ModuleType, Mapping[str, Any]]]:
    for module in modules:
        values = module.content(study)
        if values is not None:
            yield module, values


def part(anchor: str, title: str, sections: Sequence[Section]) -> Markup:
    """Return sections under a common heading."""
    body = render("sections.html", {"sections": sections})
    return render("part.html", {"anchor": anchor, "title": title, "body": body})


def page_of(title: str, parts: Sequence[Markup]) -> bytes:
    """Return the page of a title and its parts."""
    values = {
        "title": title,
        "parts": parts,
        "begin": BEGIN,
        "end": END,
        "style": Markup((FOLDER / "style.css").read_text(encoding="utf-8")),
        "script": Markup((FOLDER / "script.js").read_text(encoding="utf-8")),
    }
    return f"{render('page.html', values)}\n".encode()


def part_of(content: str) -> Markup:
    """Return the part of a page that `page_of` made of one part.

    Raises:
        RuntimeError: if it has not exactly one.
    """
    pieces = content.split(BEGIN)
    if len(pieces) != 2 or pieces[1].count(END) != 1:
        raise RuntimeError(f"A dataset's page holds one part between {BEGIN} and {END}; this file does not.")
    return Markup(pieces[1].split(END)[0].strip())


def render(template: str, values: Mapping[str, Any]) -> Markup:
    """Return a template of this folder, filled in: all but markup is escaped, and an unknown name is an error."""
    return Markup(_environment().get_template(template).render(values))


def _environment() -> Environment:
    loader = FileSystemLoader([FOLDER, ROOMS])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
