"""The modules that a module runs, from their syntax trees alone: imports, "module:function" texts, names in registries.

Imports inside functions count, and so does any module in doubt.
"""

import ast
import hashlib
import re
from collections.abc import Collection, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

from pipeline.jobs.meaning import meaning

ROOT = Path(__file__).resolve().parents[2]
# They decide no result: they validate, end processes, name errors, or carry jobs. See CONTRIBUTING.md.
OUTSIDE = (
    "pipeline/jobs/",
    "pipeline/params/",
    "pipeline/records/",
    "src/tfvae/atomic.py",
    "src/tfvae/errors.py",
    "src/tfvae/lifetime.py",
    "src/tfvae/networks/shapes.py",
    "src/tfvae/quiet.py",
    *(
        f"src/tfvae/training/{name}.py"
        for name in ("checkpoints", "errors", "guard", "jobs", "packing", "quiet_import")
    ),
)
TEMPLATES = frozenset({".css", ".html", ".j2", ".js", ".yaml"})
_MODULE = re.compile(r"(?:pipeline|tfvae)(?:\.\w+)+")


class Module(NamedTuple):
    """A module as its syntax tree shows it: the files that it needs, its texts, and the digest of its meaning."""

    needs: frozenset[str]
    texts: frozenset[str]
    digest: str


class Closure(NamedTuple):
    """The files that a module runs, and the registries that they look names up in, relative to the root."""

    files: set[str]
    registries: set[str]


def closure(
    module: str,
    names: Collection[str] = (),
    *,
    others: Collection[str] = (),
    outside: tuple[str, ...] = OUTSIDE,
    root: Path = ROOT,
) -> Closure:
    """Return the closure of `module`, a dotted name: its file, the modules that it runs and the templates beside them.

    Of a registry, which itself only names, the entries run that `names` or a text in a module names but not `others`,
    or all if none is named. The search stops at files with a prefix in `outside`; with none, registries are modules
    like others.

    Raises:
        ImportError: if an import of these two packages leads to no file.
        SyntaxError: if a module cannot be parsed.
    """
    modules: set[str] = set()
    registries: set[str] = set()
    texts = set(names)
    waiting = {_resolve(module, root)}
    while waiting:
        file = waiting.pop()
        if outside and file.endswith("/registry.py"):
            registries.add(file)
        else:
            modules.add(file)
            texts |= read_module(file, root).texts
            waiting |= read_module(file, root).needs
        waiting = _inside(waiting, outside) - modules - registries
        if not waiting:  # only now are all texts read that may name an entry
            named = {entry for registry in registries for entry in _chosen(registry, texts, others, root)}
            waiting = _inside(named, outside) - modules
    return Closure(modules.union(*(_templates(file, root) for file in modules)), registries)


def digest_of(file: str, root: Path = ROOT) -> str:
    """Return the digest of a module's meaning, or of a template's bytes: 16 hexadecimal digits."""
    if file.endswith(".py"):
        return read_module(file, root).digest
    return hashlib.sha256((root / file).read_bytes()).hexdigest()[:16]


@cache
def parse(file: str, root: Path = ROOT) -> ast.Module:
    """Return a file's syntax tree; a SyntaxError names the file and the line."""
    content = (root / file).read_bytes()
    if b"\0" in content:  # not every Python calls this a syntax error
        raise SyntaxError("a null byte", (file, content[: content.index(b"\0")].count(b"\n") + 1, None, None))
    return ast.parse(content, filename=file)


@cache
def read_module(file: str, root: Path = ROOT) -> Module:
    """Return a file's module."""
    digest, nodes = meaning(parse(file, root))
    needs, texts = set(), set()
    for node in nodes:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                texts.add(node.value)
        else:
            needs |= {_resolve(name, root, f"{file}:{node.lineno}") for name in _imported(node, file, root)}
    for text in texts if not file.endswith("/registry.py") else ():
        name, colon, _ = text.partition(":")
        if _MODULE.fullmatch(name) and (colon or _file_of(name, root)):
            needs.add(_resolve(name, root, file))
    stub = Path(f"{file}i")
    if stub.name == "__init__.pyi" and (root / stub).is_file():  # the names that a package imports on first use
        needs |= read_module(str(stub), root).needs
    return Module(frozenset(needs), frozenset(texts), digest)


@cache
def entries(registry: str, root: Path = ROOT) -> dict[str, str]:
    """Return {name: file} of a registry, which maps names to "module", "module:name", or a tuple that begins so."""
    files = {}
    for node in ast.walk(parse(registry, root)):
        for name, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
            first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
            if isinstance(name, ast.Constant) and isinstance(first, ast.Constant) and isinstance(first.value, str):
                files[str(name.value)] = _resolve(first.value.split(":")[0], root, f"{registry}:{first.lineno}")
    return files


def _inside(files: Collection[str], outside: tuple[str, ...]) -> set[str]:
    return {file for file in files if not file.startswith(outside)}


def _chosen(registry: str, texts: Collection[str], others: Collection[str], root: Path) -> set[str]:
    possible = {name: file for name, file in entries(registry, root).items() if name not in others}
    return {file for name, file in possible.items() if name in texts} or set(possible.values())


@cache
def _templates(file: str, root: Path) -> frozenset[str]:
    """Return the templates beside a module that no other module beside it has the name of."""
    path = root / file
    beside = [other for other in path.parent.iterdir() if other.suffix in TEMPLATES]
    return frozenset(
        str(other.relative_to(root))
        for other in beside
        if other.stem == path.stem or not other.with_suffix(".py").is_file()
    )


def _imported(node: ast.Import | ast.ImportFrom, file: str, root: Path) -> Iterator[str]:
    """Yield the modules of this project that a node imports."""
    if isinstance(node, ast.Import):
        modules = [(alias.name, alias.name) for alias in node.names]
    else:
        # The folders of src/tfvae/a/b.py are the packages tfvae and tfvae.a.
        package = ".".join(Path(file.removeprefix("src/")).parent.parts)
        base = resolve_name("." * node.level + (node.module or ""), package)
        modules = [(f"{base}.{alias.name}", base) for alias in node.names]  # a module, or a name of one
    for name, base in modules:
        if base.split(".")[0] in ("pipeline", "tfvae"):
            yield name if _file_of(name, root) else base


def _resolve(module: str, root: Path, place: str = "") -> str:
    file = _file_of(module, root)
    if file is None:
        raise ImportError(f"{place}: there is no file of the module {module}".removeprefix(": "))
    return file


@cache
def _file_of(module: str, root: Path) -> str | None:
    base = module.replace(".", "/") if module.startswith("pipeline") else f"src/{module.replace('.', '/')}"
    candidates = (f"{base}.py", f"{base}/__init__.py")
    return next((candidate for candidate in candidates if (root / candidate).is_file()), None)
