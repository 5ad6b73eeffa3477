"""What a stage's module imports of this project, transitively, computed from the syntax tree."""

import ast
from collections.abc import Collection
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# They decide no result: the first two only validate, the last only ends processes. See CONTRIBUTING.md.
OUTSIDE = ("pipeline/params/", "src/tfvae/networks/shapes.py", "src/tfvae/lifetime.py")
# A stage that imports a part of these lists the folder.
FOLDERS = ("pipeline/experiment", "pipeline/jobs", "pipeline/params", "src/tfvae/training")
# They only name modules.
NAMING = frozenset({"__init__.py", "registry.py"})


def closure(module: str, root: Path = ROOT) -> set[str]:
    """Return the files and folders (relative to `root`) that `module` needs."""
    return as_folders(reach(module, root)[0])


def as_folders(files: Collection[str]) -> set[str]:
    """Return the files, those of `FOLDERS` as their folder."""
    return {next((folder for folder in FOLDERS if file.startswith(f"{folder}/")), file) for file in files}


def reach(
    module: str, root: Path = ROOT, outside: tuple[str, ...] = OUTSIDE, naming: Collection[str] = NAMING
) -> tuple[set[str], set[str]]:
    """Return the files that `module` needs, itself among them, and the excluded ones at which the search stopped.

    Args:
        module: a dotted name of `pipeline` or `tfvae`.
        root: the folder with `pipeline/` and `src/tfvae/`.
        outside: how the names of excluded files begin.
        naming: names of excluded files, whatever folder they lie in.

    Raises:
        ImportError: if an import of these two packages leads to no file.
    """
    inside: set[str] = set()
    stopped: set[str] = set()
    waiting = [_resolve(module, root)]
    while waiting:
        file = waiting.pop()
        if file.startswith(outside) or Path(file).name in naming:
            stopped.add(file)
        elif file not in inside:
            inside.add(file)
            waiting.extend(_imports(file, root))
    return inside, stopped


@cache
def _imports(file: str, root: Path) -> list[str]:
    """Return the project's files that a file imports anywhere, also inside functions."""
    found: list[str] = []
    for node in ast.walk(ast.parse((root / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [_resolve(alias.name, root) for alias in node.names if _is_ours(alias.name)]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, file)
            if _is_ours(base):
                found += [
                    _file_of(f"{base}.{alias.name}", root) or _resolve(base, root)  # a module, or a name of one
                    for alias in node.names
                ]
    return found


def _absolute(node: ast.ImportFrom, file: str) -> str:
    if node.level == 0:
        return node.module or ""
    # The folders of src/tfvae/a/b.py are the packages tfvae and tfvae.a; each dot beyond the first leaves one.
    packages = Path(file.removeprefix("src/")).parent.parts
    return ".".join([*packages[: len(packages) - node.level + 1], *([node.module] if node.module else [])])


def _is_ours(module: str) -> bool:
    return module.split(".")[0] in ("pipeline", "tfvae")


def _resolve(module: str, root: Path) -> str:
    file = _file_of(module, root)
    if file is None:
        raise ImportError(f"there is no file of the module {module}")
    return file


def _file_of(module: str, root: Path) -> str | None:
    base = module.replace(".", "/") if module.startswith("pipeline") else f"src/{module.replace('.', '/')}"
    candidates = (f"{base}.py", f"{base}/__init__.py")
    return next((candidate for candidate in candidates if (root / candidate).is_file()), None)
