"""The guide: the README is short, every page has a place, every link leads somewhere, and the site builds."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from runpy import run_path

import pytest
from ruamel.yaml import YAML

from tests.documents import BLOCK, ROOT

MARKDOWN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.py"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
MKDOCS = shutil.which("mkdocs") or shutil.which(ROOT / ".venv-docs" / "bin" / "mkdocs")


def named(entry):
    """Yield the pages of an entry of `nav`."""
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from named(part)


@cache
def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 180 and len(text.split()) <= 1800


def test_every_page_has_a_place_in_the_navigation():
    # `!ENV` is mkdocs's own.
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV ", "")
    listed = list(named(YAML(typ="safe", pure=True).load(text)["nav"]))
    packages = (path.parent.name for path in (ROOT / "src" / "tfvae").glob("*/__init__.pyi"))
    expected = {
        *("index.md", "contributing.md"),
        *(page.name for page in MARKDOWN[2:]),
        *(f"notebooks/{path.stem}.md" for path in NOTEBOOKS),
        *(f"api/{name}.md" for name in packages if name != "command"),
    }
    assert set(listed) == expected and len(listed) == len(expected)


def test_the_readme_leads_to_every_page_that_people_write():
    linked = {link.partition("#")[0] for link in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {str(path.relative_to(ROOT)) for path in MARKDOWN[1:] + NOTEBOOKS} <= linked


@pytest.mark.parametrize("page", MARKDOWN + NOTEBOOKS, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page):
    text = page.read_text(encoding="utf-8")
    for link in LINK.findall(BLOCK.sub("", text)):
        target, _, anchor = link.partition("#")
        if not target.startswith("https://"):
            file = (page.parent / target).resolve() if target else page
            assert file.is_file() and file.is_relative_to(ROOT), link
            assert not anchor or anchor in anchors(file), link


def test_the_pages_of_the_library_name_what_is_there():
    site = run_path(str(ROOT / "docs" / "site.py"))
    pages = [site["reference"](package) for package in site["packages"]()]
    names = [name for page in pages for name in re.findall(r"^::: (.+)$", page, re.MULTILINE)]
    assert {"tfvae.models.vae.VAE", "tfvae.evaluation.disentanglement.mig.mig"} <= set(names)
    for name in names:
        assert resolve_name(name).__doc__, name


@pytest.mark.skipif(MKDOCS is None, reason="needs mkdocs: `make docs` installs it")
def test_the_site_builds_and_ends_at_a_dead_link(tmp_path):
    for name in ("README.md", "CONTRIBUTING.md", "CITATION.cff", "mkdocs.yml", "docs", *linked_folders()):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    built = [MKDOCS, "build"]  # with --quiet it would count no warning
    assert subprocess.run(built, cwd=tmp_path, capture_output=True, text=True, check=False).returncode == 0
    pages = {str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site").rglob("*.html")}
    assert {"index.html", "findings/index.html", "notebooks/five_minutes/index.html", "api/models/index.html"} <= pages
    text = (tmp_path / "site" / "api" / "distributions" / "index.html").read_text(encoding="utf-8")
    assert "log-variance" in text, "docstrings are shown"
    page = tmp_path / "docs" / "start.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[dead](../plots/none.png)\n", encoding="utf-8")
    assert subprocess.run(built, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def linked_folders():
    """Return what the pages link to beside docs/, by its first folder, and the library."""
    texts = (page.read_text(encoding="utf-8") for page in MARKDOWN)
    links = {link.removeprefix("../").split("/")[0] for text in texts for link in LINK.findall(text)}
    return sorted(
        {name for name in links if Path(ROOT / name).exists()}
        - {"README.md", "CONTRIBUTING.md", "CITATION.cff", "docs"}
        | {"src"}
    )
