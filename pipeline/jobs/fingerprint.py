"""The code of each stage: a text file with a line for each module that the stage runs, its path and its digest."""

import ast
from itertools import product
from pathlib import Path

from pipeline.jobs.closure import ROOT, closure, digest_of, entries, parse

# The result of this stage is decided by what only validates, and by the registries' names.
CHECK = "check_parameters"
# Arguments of a stage's `main` along which its code may differ: the registry that its values are looked up in, and
# those that dvc.yaml gives it, all of the registry if None.
AXES = {
    "dataset": ("src/tfvae/data/registry.py", None),
    "network": ("src/tfvae/networks/registry.py", ("mlp", "cnn")),
}


def fingerprints(root: Path = ROOT) -> dict[str, str]:
    """Return {file name: content} of all stages: `<stage>.txt`, or `<stage>-<value>.txt` along an axis.

    Raises as `pipeline.jobs.closure.closure` does.
    """
    contents = {}
    for stage in stages(root):
        for name, files in codes(stage, root).items():
            contents[f"{name}.txt"] = "".join(f"{file} {digest_of(file, root)}\n" for file in sorted(files))
    return contents


def stages(root: Path = ROOT) -> list[str]:
    """Return the modules directly in `pipeline/` that are stages: `stage.run(main)` stands in them."""
    names = sorted(path.stem for path in (root / "pipeline").glob("*.py"))
    return [name for name in names if name == CHECK or "stage.run(main)" in _calls(parse(f"pipeline/{name}.py", root))]


def codes(stage: str, root: Path = ROOT) -> dict[str, set[str]]:
    """Return {name: files} of a stage's module: its name with hyphens, followed by the values of its axes."""
    module, name = f"pipeline.{stage}", stage.replace("_", "-")
    if stage == CHECK:
        return {name: closure(module, outside=(), root=root).files}
    axes = axes_of(stage, root)
    files = {}
    for values in product(*axes.values()):
        others = {other for axis in axes.values() for other in axis}.difference(values)
        files["-".join([name, *values])] = closure(module, values, others=others, root=root).files
    return files


def axes_of(stage: str, root: Path = ROOT) -> dict[str, tuple[str, ...]]:
    """Return {argument: values} of the texts that the stage's `main` is given and looks up in a registry."""
    tree = parse(f"pipeline/{stage}.py", root)
    [main] = [node.args for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    given = {argument.arg for argument in (*main.args, *main.kwonlyargs)}
    registries = closure(f"pipeline.{stage}", root=root).registries
    return {
        argument: values or tuple(entries(registry, root))
        for argument, (registry, values) in AXES.items()
        if argument in given and registry in registries
    }


def _calls(tree: ast.Module) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
