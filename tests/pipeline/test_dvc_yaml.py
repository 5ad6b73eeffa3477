"""dvc.yaml against the code: a missing dependency would let `dvc repro` keep stale results."""

import copy
import itertools
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from pipeline.jobs.closure import ROOT, read_module
from pipeline.jobs.fingerprint import axes_of, codes, fingerprints
from pipeline.jobs.provenance import code as code_of_job
from pipeline.jobs.times import COSTS
from pipeline.params.fields import Beta
from tests.pipeline.pipeline_file import (
    CHECK,
    CODE,
    FINGERPRINT,
    FOLDER,
    MARKER,
    MINE,
    PARAMETERS,
    SOURCES,
    command_paths,
    items,
    listed,
    load_stages,
    load_yaml,
    looked_up,
    module_of,
    problems,
    resolved,
    sections_read,
    written,
)

PIPELINE = load_yaml("dvc.yaml")
STAGES = load_stages()
MADE_HERE = ["download", "disentanglement", "import-images"]  # where data begin
EACH_STAGE = pytest.mark.parametrize("name", STAGES)


@EACH_STAGE
def test_a_stage_lists_what_it_needs_and_no_more(name):
    assert problems(name, STAGES[name], STAGES) == []


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
            assert problems(name, stage, STAGES), f"{kind}: {entry}"


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
    assert problems(name, stage, STAGES)


@EACH_STAGE
def test_a_stage_runs_the_module_of_its_name(name):
    module = module_of(STAGES[name])
    assert module == f"pipeline.{name.replace('-', '_')}"
    assert (ROOT / "pipeline" / f"{name.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("name", [name for name in STAGES if name != FINGERPRINT])
def test_every_item_of_a_stage_has_a_file_with_its_code(name):
    files = {f"{CODE}/{file}" for file in fingerprints()}
    for item in items(STAGES[name]):
        paths = [resolved(path, item) for path in STAGES[name]["deps"]]
        assert len(files & set(paths)) == 1, paths


def texts_in(value):
    """Return every text among the values of plain data."""
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(texts_in, value)) if isinstance(value, list) else {value} & {str(value)}


@EACH_STAGE
def test_a_stage_s_file_covers_the_keys_of_its_jobs(name):
    """What the parameters name, and the stage's own code, is among a job's values."""
    module = name.replace("-", "_")
    sections = {section for entry in STAGES[name].get("params", []) for section in listed(entry)}
    named = texts_in([PARAMETERS.get(section) for section in sections])
    others = {value for values in axes_of(module).values() for value in values} if name != CHECK else set()
    variants = codes(module) if name != FINGERPRINT else {}
    files = set().union(*variants.values())
    for stage in variants if name != CHECK else ():
        started = set().union(*(read_module(file).texts for file in variants[stage] if file.endswith(".py")))
        own = {value for value in others if stage.endswith(f"-{value}")}
        for text in started:
            if re.fullmatch(r"(pipeline|tfvae)[\w.]*:\w+", text):
                run = code_of_job(text.split(":")[0], frozenset((named | started) - others | own))
                assert {file for file, _ in run} <= files, f"{stage}: {text}"


@EACH_STAGE
def test_parameters_that_a_stage_lists_exist(name):
    for item in items(STAGES[name]):
        for entry in STAGES[name].get("params", []):
            if isinstance(entry, str):
                looked_up(resolved(entry, item))
            for file, keys in entry.items() if isinstance(entry, dict) else ():
                for key in keys or ():
                    looked_up(resolved(key, item), load_yaml(file))


def test_stages_whose_deps_follow_beta_list_it():
    following = {name for name, stage in STAGES.items() if any("${beta}" in path for path in stage["deps"])}
    listing = {name for name, stage in STAGES.items() if "beta" in stage.get("params", [])}
    assert following == listing == {"figures", "summarize", "dataset-report"}


def test_models_of_one_beta_do_not_depend_on_the_parameter_beta():
    for name in ("main-experiments", "augmented-sampling"):
        assert STAGES[name]["matrix"]["beta"][0] == "${beta}"
        assert "beta" not in STAGES[name]["params"] and "beta" not in sections_read(STAGES[name])


def test_fixed_betas_have_the_spelling_that_the_parameter_beta_must_have():
    for stage in STAGES.values():
        for beta in stage.get("matrix", {}).get("beta", ["${beta}"])[1:]:
            assert str(TypeAdapter(Beta).validate_python(beta)) == str(beta)


def test_betas_of_the_study_are_those_that_figures_and_summaries_show():
    betas = [str(beta) for beta in STAGES["main-experiments"]["matrix"]["beta"]]
    assert [str(beta) for beta in STAGES["augmented-sampling"]["matrix"]["beta"]] == betas
    folders = {
        "figures": ["metrics/figure-data/main-experiments"],
        "dataset-report": ["metrics/figure-data/main-experiments"],
        "summarize": ["metrics/main-experiments", "metrics/augmented-sampling"],
    }
    for name, folder in [(stage, folder) for stage in folders for folder in folders[stage]]:
        end = "" if folder.startswith("metrics/figure-data") else ".json"
        shown = [path for path in STAGES[name]["deps"] if path.startswith(folder)]
        wanted = [f"{folder}/${{item.dataset}}-{net}-{beta}{end}" for net in ("mlp", "cnn") for beta in betas]
        assert shown == wanted


def test_every_path_is_written_by_one_stage_and_inside_no_other():
    paths = [resolved(path, item) for stage in STAGES.values() for item in items(stage) for path in written(stage)]
    assert len(paths) == len(set(paths))
    for path, other in itertools.permutations(paths, 2):
        assert not other.startswith(f"{path}/")


def test_what_a_stage_reads_is_written_by_another_or_tracked():
    outputs = {resolved(path, item) for stage in STAGES.values() for item in items(stage) for path in written(stage)}
    folders = {str(Path(path).parent) for path in outputs}
    known = {*outputs, *folders, *SOURCES, "params.yaml", FOLDER, "architectures.yaml", str(COSTS), MINE["path"]}
    for stage in STAGES.values():
        for item in items(stage):
            for path in (resolved(path, item) for path in stage["deps"]):
                assert path in known or path.startswith(("references/", f"{CODE}/")), path


def test_every_stage_comes_after_the_code_and_the_check_of_the_parameters():
    """Nothing else reads only what no stage writes, but for the code."""
    first = {FINGERPRINT: SOURCES, CHECK: {f"{CODE}/{CHECK}.txt", "params.yaml", FOLDER, "architectures.yaml"}}
    assert {name: set(STAGES[name]["deps"]) for name in first} == first
    assert [name for name, stage in STAGES.items() if MARKER in stage["deps"]] == MADE_HERE
    outputs = {path.split("/")[0] for stage in STAGES.values() for path in written(stage)}
    for name in STAGES.keys() - first.keys():
        assert any(path.split("/")[0] in outputs and not path.startswith(CODE) for path in STAGES[name]["deps"]), name


def test_a_mistake_in_the_code_costs_no_file():
    assert STAGES[FINGERPRINT]["outs"] == [{CODE: {"cache": False, "persist": True}}]


def test_metrics_and_plots_are_kept_by_git():
    for stage in STAGES.values():
        for kind in ("metrics", "plots"):
            for entry in stage.get(kind, []):
                assert next(iter(entry.values()))["cache"] is False


def test_what_joins_records_needs_nothing_but_git():
    """In a fresh clone, without a model, the tables and pages are made anew from the committed records."""
    for name in ("reproduction", "report", "headline", "summarize", "dataset-report"):
        for path in STAGES[name]["deps"]:
            assert path.startswith(("references/", "metrics/", "plots/", "pretrained/")), path


def test_an_own_experiment_needs_no_model_but_its_own():
    """Of a stage that takes part, only data and models of the same beta may be missing from Git."""
    for name in ("main-experiments", "augmented-sampling", "figures"):
        others = [path for path in STAGES[name]["deps"] if not path.startswith(("metrics/", "data/"))]
        assert all(path.endswith("-${item.beta}") for path in others), others


def test_shared_plots_read_curves_that_a_stage_writes():
    curves = {resolved(path, item) for item in items(STAGES["figures"]) for path in written(STAGES["figures"])}
    for plot in PIPELINE["plots"]:
        for options in plot.values():
            assert set(options["y"]) <= curves
            assert (ROOT / ".dvc" / "plots" / f"{options['template']}.json").is_file()


def test_paths_of_a_command_keep_their_variables():
    assert command_paths(STAGES["transfer-architecture"]) == {
        "metrics/architectures/${transfer_architecture.source}-${item.network}.json",
        "metrics/architectures/${item.dataset}-${item.network}.json",
    }


@pytest.mark.parametrize(
    ("name", "runs", "runs_not"),
    [
        ("stick-breaking-mlp", "distributions/kumaraswamy networks/mlp", "networks/cnn distributions/relu_gaussian"),
        ("main-experiments-cnn", "distributions/gaussian networks/cnn", "networks/mlp distributions/stick_breaking"),
        ("manifolds-mlp", "distributions/gaussian distributions/stick_breaking", "networks/cnn networks/thesis_cnn"),
        ("legacy-experiments-mlp", "networks/thesis_cnn distributions/clamped_stick_breaking", "networks/leaky_mlp"),
        ("legacy-offsets", "networks/mlp distributions/gaussian distributions/relu_gaussian", "training/loop"),
        ("latent-analysis", "networks/leaky_cnn networks/leaky_mlp networks/mlp distributions/point", "networks/cnn"),
        ("conditional", "networks/mlp models/conditional", "networks/cnn models/vq_vae"),
        ("vector-quantised", "networks/cnn models/vq_vae priors/pixel_cnn", "networks/mlp models/conditional"),
        ("download-mnist", "data/mnist data/idx data/fetching", "data/usps data/digits evaluation/frechet"),
    ],
)
def test_a_stage_runs_what_it_names_and_not_the_rest(name, runs, runs_not):
    lines = {line.split()[0] for line in fingerprints()[f"{name}.txt"].splitlines()}
    assert {f"src/tfvae/{module}.py" for module in runs.split()} <= lines
    assert not {f"src/tfvae/{module}.py" for module in runs_not.split()} & lines
