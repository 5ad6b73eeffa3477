"""What dvc.yaml should say, computed from the code, and how what it says differs."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.jobs.fingerprint import axes_of
from pipeline.params.document import parameters as parameters_of
from pipeline.params.schema import FILES, Parameters

CHECK, MARKER = "check-parameters", "data/parameters-checked"
FINGERPRINT, CODE = "fingerprint", "metrics/code"
SOURCES = {"pipeline", "src/tfvae"}
SUMMARIZE, DIGESTS = "summarize", "metrics/records"
FOLDER = "params"  # beside params.yaml, and found by whoever reads that


def load_yaml(name: str) -> Any:
    """Return a YAML file of the project as plain data."""
    return YAML(typ="safe", pure=True).load((ROOT / name).read_text(encoding="utf-8"))


PARAMETERS = {section: value for file in FILES for section, value in load_yaml(file).items()}
# The study's own list is empty: a user's images, as an entry of it describes them.
MINE = {"path": "pictures/mine", "height": 16, "width": 20, "channels": 3, "fit": "crop"}
PARAMETERS["user_datasets"] = {"mine": MINE}


def load_stages() -> dict[str, Any]:
    """Return the stages of dvc.yaml; one for each entry of a mapping as a matrix over its keys."""
    return {name: _as_matrix(stage) for name, stage in load_yaml("dvc.yaml")["stages"].items()}


def _as_matrix(stage: Any) -> Any:
    if "foreach" not in stage:
        return stage
    section = stage["foreach"][2:-1]
    text = json.dumps(stage["do"]).replace("${item.", f"${{{section}.${{item.dataset}}.")
    return {"matrix": {"dataset": stage["foreach"]}, **json.loads(text.replace("${key}", "${item.dataset}"))}


def looked_up(key: str, value: Any = PARAMETERS) -> Any:
    """Return a parameter, or an entry of another file's content, by its dotted key."""
    for part in key.split("."):
        value = value[part]
    return value


def resolved(text: str, item: Mapping[str, str]) -> str:
    """Return a text of dvc.yaml with the values of its `${...}`."""

    def value(match: re.Match[str]) -> str:
        key = match[1]
        return str(item[key.removeprefix("item.")] if key.startswith("item.") else looked_up(key))

    # The inner ones first: "${user_datasets.${item.dataset}.path}".
    for _ in range(2):
        text = re.sub(r"\$\{([^${}]+)\}", value, text)
    return text


def items(stage: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the items of a stage's matrix, as DVC makes them: without duplicates."""
    axes = {}
    for axis, values in stage.get("matrix", {}).items():
        entries = looked_up(values[2:-1]) if isinstance(values, str) else values
        axes[axis] = list(dict.fromkeys(resolved(str(entry), {}) for entry in entries))
    return [dict(zip(axes, combination, strict=True)) for combination in product(*axes.values())]


def module_of(stage: Mapping[str, Any]) -> str:
    """Return the module that a stage's command runs."""
    interpreter, flag, module = stage["cmd"].split()[:3]
    assert (interpreter, flag) == ("python", "-m")
    return module


def command_paths(stage: Mapping[str, Any]) -> set[str]:
    """Return the paths that a stage's command names."""
    return {token for token in stage["cmd"].split()[3:] if "/" in token or token.endswith(".yaml")}


def options(stage: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the options of a stage's command with their values."""
    values: dict[str, list[str]] = {}
    for token in stage["cmd"].split()[3:]:
        if token.startswith("--"):
            values[token.removeprefix("--").replace("-", "_")] = current = []
        else:
            current.append(token)
    return values


def read_below(stage: Mapping[str, Any], stages: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return what a command reads of each folder with files along beta, of its `--datasets` and `--betas` alone.

    All other folders that it names are deps as a whole.
    """
    own, below = options(stage), {}
    for folder in command_paths(stage):
        paths = {path for other in stages.values() for path in _spread(other) if path.startswith(f"{folder}/")}
        chosen = {path for path in paths if path.removesuffix(".json").rpartition("-")[2] in own.get("betas", ())}
        if chosen:
            below[folder] = {path.replace("${item.dataset}", name) for path in chosen for name in own["datasets"]}
    return below


def written(stage: Mapping[str, Any]) -> list[str]:
    """Return the paths that a stage writes."""
    entries = [entry for kind in ("outs", "metrics", "plots") for entry in stage.get(kind, [])]
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def code(name: str) -> str:
    """Return the file with a stage's code, the values of its axes as `${item...}`."""
    values = [f"${{item.{axis}}}" for axis in axes_of(name.replace("-", "_"))]
    return f"{CODE}/{'-'.join([name, *values])}.txt"


def joined(stage: Mapping[str, Any], stages: Mapping[str, Any]) -> set[str]:
    """Return what a join reads: all outputs for its dataset in the folders that `main` names, as `metrics / "name"`."""
    folders = {_folder(node) for node in ast.walk(_tree(_file(module_of(stage)))) if isinstance(node, ast.BinOp)}
    named = {folder for folder in folders if folder and folder.split("/")[0] in stage["cmd"].split()}
    return {path for other in stages.values() for path in _spread(other) if path.rpartition("/")[0] in named}


def _folder(node: ast.expr) -> str:
    """Return the path that an expression such as `metrics / "a" / "b"` writes, "" for any other expression."""
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant) and (left := _folder(node.left)):
        return f"{left}/{node.right.value}"
    return node.id if isinstance(node, ast.Name) else ""


def digested(paths: set[str], stages: Mapping[str, Any]) -> set[str]:
    """Return paths with the file of a dataset's digests in place of the records that they are of."""
    digests = set()
    for path in paths:
        dataset = path.rpartition("/")[2].split("-")[0]
        is_covered = path.replace(dataset, "${item.dataset}") in stages[SUMMARIZE]["deps"]
        digests.add(f"{DIGESTS}/{dataset}.txt" if is_covered else path)
    return digests


def _spread(stage: Mapping[str, Any]) -> Iterator[str]:
    """Yield the outputs of a stage along all axes but those that are a parameter."""
    axes = {axis: values for axis, values in stage.get("matrix", {}).items() if isinstance(values, list)}
    for values in product(*axes.values()):
        for path in written(stage):
            for axis, value in zip(axes, values, strict=True):
                path = path.replace(f"${{item.{axis}}}", str(value))
            yield path


def sections_read(stage: Mapping[str, Any]) -> set[str]:
    """Return the sections of the parameters that a stage reads by itself or by helpers."""
    return _sections_of(module_of(stage))


@cache
def _sections_of(module: str) -> set[str]:
    tree = _tree(_file(module))
    return _sections(tree, tree, set())


def problems(name: str, stage: Mapping[str, Any], stages: Mapping[str, Any]) -> list[str]:
    """Return what is missing from a stage of dvc.yaml, or too much in it."""
    paths, outputs, inputs = command_paths(stage), written(stage), stage["deps"]
    parameters = stage.get("params", [])
    below = read_below(stage, stages)
    expected = paths - below.keys() - set(outputs)
    joins = joined(stage, stages).union(*below.values())
    expected |= joins if name == SUMMARIZE else digested(joins, stages)
    expected |= SOURCES if name == FINGERPRINT else {code(name)}
    pictures = "${user_datasets.${item.dataset}.path}"
    first = {"download": {MARKER}, "disentanglement": {MARKER}, "import-images": {MARKER, pictures}, CHECK: {FOLDER}}
    expected |= first.get(name, set())
    found = [f"{path}: named {count} times" for path, count in Counter([*inputs, *outputs]).items() if count > 1]
    found += [f"{path}: missing from deps" for path in sorted(expected - set(inputs))]
    found += [f"{path}: superfluous in deps" for path in sorted(set(inputs) - expected)]
    found += [f"{path}: written, but not named by the command" for path in outputs if path not in paths]
    found += [f"{path}: read and written" for path in set(inputs) & set(outputs)]
    if name == CHECK:  # it reads whole files, which are deps
        return [*found, *(f"{entry}: listed in params" for entry in parameters)]
    sections = sections_read(stage) | ({"beta"} if any("${beta}" in path for path in inputs) else set())
    if any(holds_a_precision(key) for entry in parameters for key in keys_of(entry)):
        sections |= {"precision"}
    named = {section for entry in parameters for section in listed(entry)}
    found += [f"{section}: read, but missing from params" for section in sorted(sections - named)]
    found += [f"{section}: listed in params, but not read" for section in sorted(named - sections)]
    return found


def listed(entry: Any) -> set[str]:
    """Return the sections that an entry of `params` names."""
    return {key.split(".")[0] for key in keys_of(entry)}


def keys_of(entry: Any) -> list[str]:
    """Return the keys that an entry of `params` names, in whatever file."""
    return [entry] if isinstance(entry, str) else next(iter(entry.values()))


@cache
def holds_a_precision(key: str) -> bool:
    """Return whether a section's precision stands below a key, in the place of which that of the study may count."""
    section = key.replace("${item.dataset}", "<dataset>").replace("${item.network}", "<network>")
    return any(one.startswith(f"{section}.") and one.endswith(".precision") for one in _keys_of_parameters())


@cache
def _keys_of_parameters() -> list[str]:
    return [parameter.key for model in FILES.values() for parameter in parameters_of(model)]


def _file(module: str) -> str:
    return ("" if module.startswith("pipeline") else "src/") + module.replace(".", "/") + ".py"


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def _sections(part: ast.AST, tree: ast.Module, seen: set[int]) -> set[str]:
    """Return the sections that a part of a module reads, also in the functions of the pipeline that it names."""
    seen.add(id(part))
    nodes = (node for node in ast.walk(part) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    sections = {node.attr for node in nodes if node.value.id == "parameters"} & Parameters.model_fields.keys()
    homes = {node.name: tree for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and re.match(r"pipeline\.(?!params|stage)", node.module or ""):
            homes |= {alias.name: _tree(_file(node.module)) for alias in node.names if _is_module(node.module)}
    for name in _names(part) & homes.keys():
        functions = (node for node in homes[name].body if isinstance(node, ast.FunctionDef) and node.name == name)
        sections |= {
            section for node in functions if id(node) not in seen for section in _sections(node, homes[name], seen)
        }
    return sections


def _is_module(name: str) -> bool:
    return (ROOT / _file(name)).is_file()


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
