"""What mkdocs does beside mkdocs.yml: pages that are made from other files, links out of docs/, and drawings.

On GitHub a page links to any file of the repository. In the site such a file lies below `files/`; one that is not there
is a dead link, which ends the build.
"""

import ast
import re
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parent.parent
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md"}
_AS_TEXT = {".md", ".py"}  # mkdocs would make a page of the first, and a browser would save the second
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
_CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)


def on_config(config: Any) -> Any:
    """Let blocks that are marked `mermaid` be drawn by the theme."""
    from pymdownx.superfences import fence_code_format

    fence = {"name": "mermaid", "class": "mermaid", "format": fence_code_format}
    config.mdx_configs["pymdownx.superfences"] = {"custom_fences": [fence]}
    return config


def on_files(files: "Files", config: Any) -> "Files":
    """Add the pages that are made from other files, and let the links of all lead to files of the site."""
    from mkdocs.structure.files import File

    sources = {f"docs/{file.src_uri}": file.content_string for file in files.documentation_pages()}
    sources |= {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
    sources |= {
        f"docs/notebooks/{path.stem}.md": notebook(path) for path in sorted((ROOT / "docs/notebooks").glob("*.py"))
    }
    sources |= {f"docs/api/{name}.md": reference(name) for name in packages()}
    for source, text in sources.items():
        page = PAGES.get(source, source.removeprefix("docs/"))
        if (old := files.get_file_from_path(page)) is not None:
            files.remove(old)
        linked: set[str] = set()
        files.append(File.generated(config, page, content=with_links(text, source, page, linked)))
        for path in linked:
            if files.get_file_from_path(_in_site(path)) is None:
                files.append(File.generated(config, _in_site(path), abs_src_path=str(ROOT / path)))
    return files


def with_links(text: str, source: str, page: str, linked: set[str]) -> str:
    """Return a page's text with links that hold in the site; add the files below `files/` that it needs to `linked`.

    Args:
        text: Markdown.
        source: the path of the file that it stands in, from the root of the repository.
        page: the path of the page in the site.
        linked: paths from the root.
    """

    def link(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        path = normpath(PurePosixPath(source).parent / target)
        if "://" in target or not (ROOT / path).is_file():
            return match[0]
        if path in PAGES:
            path = PAGES[path]
        elif path.startswith("docs/"):
            path = re.sub(r"(?<=^notebooks/)(\w+)\.py$", r"\1.md", path.removeprefix("docs/"))
        else:
            linked.add(path)
            path = _in_site(path)
        return f"{before}{relpath(path, PurePosixPath(page).parent)}{after}"

    blocks = _FENCE.findall(text)
    parts = [_LINK.sub(link, part) for part in _FENCE.split(text)]
    return "".join(part + block for part, block in zip(parts, [*blocks, ""], strict=True))


def notebook(path: Path) -> str:
    """Return a script of cells (`# %%`, `# %% [markdown]`) as a page."""
    parts = _CELL.split(path.read_text(encoding="utf-8"))[1:]
    cells = zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True)
    pages = [
        re.sub(r"^# ?", "", text, flags=re.MULTILINE) if "[markdown]" in kind else f"```python\n{text}\n```"
        for kind, text in cells
    ]
    return "\n\n".join(pages) + "\n"


def packages() -> list[str]:
    """Return the public packages of the library that have a page."""
    stubs = (ROOT / "src" / "tfvae").glob("*/__init__.pyi")
    return sorted(stub.parent.name for stub in stubs if stub.parent.name != "command")


def reference(package: str) -> str:
    """Return the page of a package: its names, in the order of its stub, and below them those of packages in it."""
    return "\n\n".join(_described(f"tfvae.{package}", "#")) + "\n"


def _described(package: str, heading: str) -> list[str]:
    folder = ROOT / "src" / package.replace(".", "/")
    described = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    stub = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8"))
    statements = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    imports = [(node.module, alias.name) for node in statements for alias in node.names]
    names = [f"::: {package}.{module}.{name}" for module, name in imports if module]
    inner = [_described(f"{package}.{name}", f"{heading}#") for module, name in imports if not module]
    return [f"{heading} {package}", str(described), *names, *(text for texts in inner for text in texts)]


def _in_site(path: str) -> str:
    return f"files/{path}.txt" if Path(path).suffix in _AS_TEXT else f"files/{path}"
