"""dvc.yaml against the code: a missing dependency would let `dvc repro` keep stale results."""

import ast
import copy
import itertools
import re

import pytest

from pipeline.jobs.closure import ROOT, closure, reach
from tests.pipeline.pipeline_file import (
    CHECK,
    MARKER,
    code,
    command_paths,
    load_yaml,
    module_of,
    problems,
    sections_read,
    written,
)

PARAMETERS = load_yaml("params.yaml")
ARCHITECTURES = load_yaml("architectures.yaml")
PIPELINE = load_yaml("dvc.yaml")
STAGES = PIPELINE["stages"]
EACH_STAGE = pytest.mark.parametrize("name", STAGES)


def looked_up(key):
    """Return a parameter by its dotted key."""
    value = PARAMETERS
    for part in key.split("."):
        value = value[part]
    return value


def resolved(text, item):
    """Return a text of dvc.yaml with the values of its `${...}`."""

    def value(match):
        key = match[1]
        return str(item[key.removeprefix("item.")] if key.startswith("item.") else looked_up(key))

    return re.sub(r"\$\{([^}]+)\}", value, text)


def items(stage):
    """Return the items of a stage's matrix, as DVC makes them: without duplicates."""
    axes = {}
    for axis, values in stage.get("matrix", {}).items():
        entries = looked_up(values[2:-1]) if isinstance(values, str) else values
        axes[axis] = list(dict.fromkeys(resolved(str(entry), {}) for entry in entries))
    return [dict(zip(axes, combination, strict=True)) for combination in itertools.product(*axes.values())]


@EACH_STAGE
def test_a_stage_lists_what_it_needs_and_no_more(name):
    assert problems(name, STAGES[name]) == []


@EACH_STAGE
def test_the_check_notices_every_line_that_is_removed(name):
    for kind in ("deps", "params", "outs", "metrics", "plots"):
        for position, entry in enumerate(STAGES[name].get(kind, [])):
            stage = copy.deepcopy(STAGES[name])
            del stage[kind][position]
            # Of two lines for one section, such as its common and its own part, one is enough to name it;
            # test_read_parameters.py looks at the fields.
            if kind == "params" and any(same_section(entry, other) for other in stage["params"]):
                continue
            assert problems(name, stage), f"{kind}: {entry}"


def same_section(entry, other):
    return str(entry).split(".")[0] == str(other).split(".")[0]


@EACH_STAGE
@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("deps", "src/tfvae/evaluation/registry.py"),
        ("deps", "data/other.npz"),
        ("outs", "models/other"),
        ("params", "transfer_architecture"),
    ],
)
def test_the_check_notices_a_line_too_many(name, kind, line):
    stage = copy.deepcopy(STAGES[name])
    stage.setdefault(kind, []).append(line)
    assert problems(name, stage)


@EACH_STAGE
def test_a_stage_runs_the_module_of_its_name(name):
    module = module_of(STAGES[name])
    assert module == f"pipeline.{name.replace('-', '_')}"
    assert (ROOT / "pipeline" / f"{name.replace('-', '_')}.py").is_file()


@EACH_STAGE
def test_library_files_in_deps_exist(name):
    for item in items(STAGES[name]):
        for path in (resolved(path, item) for path in STAGES[name]["deps"]):
            if path.startswith(("src/", "pipeline/")):
                assert (ROOT / path).exists(), path


@EACH_STAGE
def test_stages_import_modules_and_no_packages(name):
    """A package gives its names lazily, from modules that no import statement shows."""
    _, stopped = reach(module_of(STAGES[name]))
    assert [file for file in stopped if file.endswith("__init__.py")] == []


@EACH_STAGE
def test_what_a_stage_names_in_text_is_among_its_files(name):
    """Jobs run in other processes and are named "module:function"."""
    sources = {file for file in closure(module_of(STAGES[name])) if file.endswith(".py")}
    for file in sources:
        texts = (
            node.value for node in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(node, ast.Constant)
        )
        for text in texts:
            if isinstance(text, str) and re.fullmatch(r"(pipeline|tfvae)[\w.]*:\w+", text):
                assert closure(text.split(":")[0]) <= closure(module_of(STAGES[name])), text


@EACH_STAGE
def test_parameters_that_a_stage_lists_exist(name):
    for item in items(STAGES[name]):
        for entry in STAGES[name].get("params", []):
            if isinstance(entry, str):
                looked_up(resolved(entry, item))
            for key in (entry.get("architectures.yaml") or []) if isinstance(entry, dict) else []:
                assert resolved(key, item) in ARCHITECTURES


def test_stages_whose_deps_follow_beta_list_it():
    following = {name for name, stage in STAGES.items() if any("${beta}" in path for path in stage["deps"])}
    listing = {name for name, stage in STAGES.items() if "beta" in stage.get("params", [])}
    assert following == listing == {"figures", "summarize", "dataset-report"}


def test_models_of_one_beta_do_not_depend_on_the_parameter_beta():
    for name in ("main-experiments", "augmented-sampling"):
        assert STAGES[name]["matrix"]["beta"][0] == "${beta}"
        assert "beta" not in STAGES[name]["params"] and "beta" not in sections_read(STAGES[name])


def test_betas_of_the_study_are_those_that_figures_and_summaries_show():
    betas = [str(beta) for beta in STAGES["main-experiments"]["matrix"]["beta"]]
    assert [str(beta) for beta in STAGES["augmented-sampling"]["matrix"]["beta"]] == betas
    for name in ("figures", "summarize", "dataset-report"):
        for folder in ("metrics/main-experiments", "metrics/augmented-sampling"):
            shown = [path for path in STAGES[name]["deps"] if path.startswith(folder)]
            wanted = [f"{folder}/${{item.dataset}}-{net}-{beta}.json" for net in ("mlp", "cnn") for beta in betas]
            assert shown == wanted


def test_every_path_is_written_by_one_stage_and_inside_no_other():
    paths = [resolved(path, item) for stage in STAGES.values() for item in items(stage) for path in written(stage)]
    assert len(paths) == len(set(paths))
    for path, other in itertools.permutations(paths, 2):
        assert not other.startswith(f"{path}/")


def test_what_a_stage_reads_is_written_by_another_or_tracked():
    made = {resolved(path, item) for stage in STAGES.values() for item in items(stage) for path in written(stage)}
    for stage in STAGES.values():
        for item in items(stage):
            for path in (resolved(path, item) for path in stage["deps"]):
                written_in_it = any(other.startswith(f"{path}/") for other in made)
                assert path in made or written_in_it or path.startswith(("src/", "pipeline/", "references/")), path


def test_every_stage_comes_after_the_check_of_the_parameters():
    sources = {
        name for name, stage in STAGES.items() if all(p.startswith(("src/", "pipeline/")) for p in stage["deps"])
    }
    assert sources == {CHECK}
    assert [name for name, stage in STAGES.items() if MARKER in stage["deps"]] == ["download"]


def test_metrics_and_plots_are_kept_by_git():
    for stage in STAGES.values():
        for kind in ("metrics", "plots"):
            for entry in stage.get(kind, []):
                assert next(iter(entry.values()))["cache"] is False


def test_what_joins_records_needs_nothing_but_git():
    """In a fresh clone, without a model, the tables and pages are made anew from the committed records."""
    for name in ("reproduction", "report", "headline"):
        for path in STAGES[name]["deps"]:
            assert path.startswith(("src/", "pipeline/", "references/", "metrics/", "plots/")), path


def test_shared_plots_read_curves_that_a_stage_writes():
    curves = {resolved(path, item) for item in items(STAGES["figures"]) for path in written(STAGES["figures"])}
    for plot in PIPELINE["plots"]:
        for options in plot.values():
            assert set(options["y"]) <= curves
            assert (ROOT / ".dvc" / "plots" / f"{options['template']}.json").is_file()


def test_names_that_are_resolved_later_stand_for_files_of_the_matrix():
    assert "src/tfvae/data/${item.dataset}.py" in code("download", STAGES["download"])
    assert {"src/tfvae/data/idx.py", "src/tfvae/data/fetching.py"} <= code("download", STAGES["download"])
    broken = code("stick-breaking", STAGES["stick-breaking"])
    assert "src/tfvae/distributions/gaussian.py" not in broken
    both = {f"src/tfvae/distributions/{name}.py" for name in ("gaussian", "kumaraswamy", "stick_breaking")}
    assert both <= code("manifolds", STAGES["manifolds"])
    assert command_paths(STAGES["transfer-architecture"]) == {
        "metrics/architectures/${transfer_architecture.source}-${item.network}.json",
        "metrics/architectures/${item.dataset}-${item.network}.json",
    }
