"""What a stage's module imports of this project, transitively, computed from the syntax tree."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# They only validate, or only map names to modules: see CONTRIBUTING.md.
OUTSIDE = {"pipeline/params.py"}


def closure(module: str) -> set[str]:
    """Return the files (relative to the repository) that `module` needs, with the training package as its folder."""
    seen: set[str] = set()
    waiting = [_file_of(module)]
    while waiting:
        file = waiting.pop()
        if file is None or file in seen or _outside(file):
            continue
        seen.add(file)
        waiting.extend(_imports(file))
    return {"src/tfvae/training" if name.startswith("src/tfvae/training/") else name for name in seen}


def _outside(file: str) -> bool:
    return file in OUTSIDE or Path(file).name in ("__init__.py", "registry.py")


@cache
def _imports(file: str) -> list[str | None]:
    found: list[str | None] = []
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [_file_of(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [_file_of(f"{node.module}.{alias.name}") or _file_of(node.module) for alias in node.names]
    return found


def _file_of(module: str) -> str | None:
    if module.split(".")[0] not in ("pipeline", "tfvae"):
        return None
    path = module.replace(".", "/")
    base = path if path.startswith("pipeline") else f"src/{path}"
    for candidate in (f"{base}.py", f"{base}/__init__.py"):
        if (ROOT / candidate).exists():
            return candidate
    return None
