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
BEGIN, END = "<!-- part:begin -->", "<!-- part:end -->"  # as page.html writes them
_TEMPLATES = Environment(
    loader=FileSystemLoader([FOLDER, FOLDER.parent]), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A heading and the text below it; `anchor` is its address within the page."""

    anchor: str
    title: str
    body: Markup


def sections_of(study: Study, modules: Iterable[ModuleType]) -> list[Section]:
    """Return the sections that have something to show.

    A section's module has a TITLE and a function `content(study)` that returns the values, besides the "study", of the
    template of its name, or None where the study has no such records.
    """
    return [
        Section(f"{study.dataset}-{module.__name__.rpartition('.')[2]}", module.TITLE, body)
        for module, body in _filled(study, modules)
    ]


def parts_of(study: Study, modules: Iterable[ModuleType]) -> list[Section]:
    """Return the page's parts with something to show; a module is like a section's, with the STAGE of its records."""
    parts = []
    for module, body in _filled(study, modules):
        anchor = module.STAGE.replace("-", "_")
        parts.append(Section(anchor, module.TITLE, part(anchor, module.TITLE, body)))
    return parts


def _filled(study: Study, modules: Iterable[ModuleType]) -> Iterator[tuple[ModuleType, Markup]]:
    for module in modules:
        values = module.content(study)
        if values is not None:
            template = module.__name__.partition(".")[2].replace(".", "/")
            yield module, render(f"{template}.html", {"study": study, **values})


def part(anchor: str, title: str, body: Markup) -> Markup:
    """Return the body of a part below its heading."""
    return render("part.html", {"anchor": anchor, "title": title, "body": body})


def page_of(title: str, parts: Sequence[Markup], lead: Markup | None = None) -> bytes:
    """Return the page of a title and its parts; before a `lead` comes no list of contents."""
    return f"{render('page.html', {'title': title, 'parts': parts, 'lead': lead})}\n".encode()


def part_of(content: str) -> Markup:
    """Return the only part of a page that `page_of` made; RuntimeError if there is not exactly one."""
    pieces = content.split(BEGIN)
    if len(pieces) != 2 or pieces[1].count(END) != 1:
        raise RuntimeError(f"A dataset's page holds one part between {BEGIN} and {END}; this file does not.")
    return Markup(pieces[1].split(END)[0].strip())


def render(template: str, values: Mapping[str, Any]) -> Markup:
    """Return a template of this folder or of all rooms, filled in: text is escaped, an unknown name an error."""
    return Markup(_TEMPLATES.get_template(template).render(values))
