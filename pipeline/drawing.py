"""`python -m pipeline.drawing docs/how-it-is-built.md`: draw the pipeline from dvc.yaml and from the imports.

The page has the marks of three parts: `stages`, which stage reads what which other writes; `rooms`, what each stage's
code is made of; `library`, which part of tfvae imports which. With --check nothing is written, and the exit status says
whether they are up to date.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline import files
from pipeline.jobs.closure import ROOT, read_module
from pipeline.pages.embedding import update
from pipeline.params.schema import FILES

# A user's images, as an entry of `user_datasets` would describe them: their stages are drawn, too.
MINE = {"mine": {"path": "pictures/mine"}}
EVERYWHERE = ("fingerprint", "check-parameters")  # all others stand on them; a line to each would hide the rest
Edges = dict[str, set[str]]


def stage_edges(content: Mapping[str, Any], parameters: Mapping[str, Any]) -> Edges:
    """Return for each stage the stages that read what it writes, whatever the dataset, network or beta.

    Args:
        content: that of dvc.yaml.
        parameters: those of all parameter files.
    """
    stages = {name: list(_items(stage, parameters)) for name, stage in content["stages"].items()}
    written = {name: {path for item in items for path in item["outs"]} for name, items in stages.items()}
    read = {name: {path for item in items for path in item["deps"]} for name, items in stages.items()}
    return {one: {other for other in stages if other != one and _meet(written[one], read[other])} for one in stages}


def import_edges(folder: Path) -> Edges:
    """Return for each package in a folder the packages there whose modules its modules import."""
    packages = sorted(path.parent for path in folder.glob("*/__init__.py"))
    return {
        package.name: {
            needed
            for path in package.rglob("*.py")
            for file in read_module(str(path.relative_to(ROOT))).needs
            if (needed := _package(file, folder)) and needed != package.name
        }
        for package in packages
    }


def reduced(edges: Edges) -> Edges:
    """Return the edges without those that a longer way leads along; a circle of edges raises RecursionError."""

    def reached(name: str) -> set[str]:
        return {below for other in edges[name] for below in {other} | reached(other)}

    return {name: others - {below for other in others for below in reached(other)} for name, others in edges.items()}


def stages_drawing(content: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    """Return the stages as a Mermaid flowchart."""
    edges = {name: others for name, others in stage_edges(content, parameters).items() if name not in EVERYWHERE}
    lines = [f"  {one} --> {other}" for one, others in reduced(edges).items() for other in sorted(others)]
    return _mermaid("LR", lines)


def library_drawing() -> str:
    """Return the parts of tfvae as a Mermaid flowchart: an arrow leads from what imports to what is imported."""
    edges = reduced(import_edges(ROOT / "src" / "tfvae"))
    return _mermaid("TD", [f"  {one} --> {other}" for one, others in edges.items() for other in sorted(others)])


def rooms_table(content: Mapping[str, Any]) -> str:
    """Return a table of the stages: what each does, and the folders of pipeline/ that its door imports."""
    lines = ["| stage | does | its code |", "|---|---|---|"]
    for name, stage in content["stages"].items():
        stage = stage.get("do", stage)
        door = stage["cmd"].split()[2].replace(".", "/") + ".py"
        needed = {_package(file, ROOT / "pipeline") for file in read_module(door).needs} - {None}
        lines.append(f"| {name} | {stage['desc']} | {', '.join(sorted(map(str, needed))) or 'its door alone'} |")
    return "\n".join(lines)


def _items(stage: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[dict[str, list[str]]]:
    """Yield the paths that a stage writes and reads, for each combination of what its matrix lists."""
    if "foreach" in stage:
        each = _value(stage["foreach"], parameters)
        names = [{"key": key, "item": value} for key, value in each.items()]
        stage = stage["do"]
    else:
        axes = {name: _value(values, parameters) for name, values in stage.get("matrix", {}).items()}
        names = [{"item": dict(zip(axes, values, strict=True))} for values in product(*axes.values())]
    for own in names:
        yield {
            kind: [
                str(_value(entry if isinstance(entry, str) else next(iter(entry)), {**parameters, **own}))
                for part in parts
                for entry in stage.get(part, [])
            ]
            for kind, parts in {"outs": ("outs", "metrics", "plots"), "deps": ("deps",)}.items()
        }


def _value(text: Any, names: Mapping[str, Any]) -> Any:
    """Return a text of dvc.yaml with the values of its ${...}, the inner ones first; a lone one may be any value."""
    if isinstance(text, str) and (found := re.search(r"\$\{([^${}]*)\}", text)):
        value: Any = names
        for part in found[1].split("."):
            value = value[part]
        whole = found[0] == text
        return value if whole else _value(text.replace(found[0], str(value)), names)
    return text


def _meet(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether a path of the ones is a path of the others, or one of the two a folder of the other."""
    return any(f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/") for a in ones for b in others)


def _package(file: str, folder: Path) -> str | None:
    """Return the package directly in a folder that a file, relative to the root, lies in."""
    below = (ROOT / file).relative_to(folder).parts if (ROOT / file).is_relative_to(folder) else ()
    return below[0] if len(below) > 1 else None


def _mermaid(direction: str, lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", f"flowchart {direction}", *lines, "```"])


def _read(name: str) -> Any:
    return YAML(typ="safe", pure=True).load(files.read_text(ROOT / name))


def main(argv: Sequence[str] | None = None) -> int:
    """Update or check the page; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.drawing", description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 if it is out of date")
    given = parser.parse_args(argv)
    try:
        content, parameters = _read("dvc.yaml"), {name: part for file in FILES for name, part in _read(file).items()}
        drawing = stages_drawing(content, {**parameters, "user_datasets": MINE})
        parts = {"stages": drawing, "rooms": rooms_table(content), "library": library_drawing()}
        return max(update(given.page, part, text, given.check) for part, text in parts.items())
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
