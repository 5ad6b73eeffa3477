"""Every command of README.md, CONTRIBUTING.md and the guides is run by a test, or listed here with the reason why not.

A test hands the command, as the page shows it, to `tests.documents.documented`, which refuses one that no page shows.
Those that no test can run, too, name targets of make, modules, stages and parameters that exist.
"""

import ast
import importlib.util
import re
import shlex

import pytest

from tests.documents import BLOCK, PAGES, ROOT, STARTS, blocks, commands, documented
from tests.pipeline.pipeline_file import load_yaml
from tests.pipeline.test_dvc_yaml import PARAMETERS, STAGES, items, looked_up

TESTS = ROOT / "tests"
INSTALLS = "installs packages from the network"
CLUSTER = "needs other machines; tests/pipeline/jobs/test_executors.py::{} runs the same on this one"
NOT_RUN = {
    ". .venv/bin/activate": "changes the shell that it is typed into",
    "make study": "minutes; tests/pipeline/test_end_to_end.py::test_one_command_runs_every_stage_once runs all stages",
    "make study PYTHON=python3.12": INSTALLS,
    "make verify": "minutes; tests/pipeline/verification/test_verify.py::"
    "test_what_did_not_change_is_the_same_to_the_byte_and_a_wrong_sign_is_off does the same with the small study",
    "make test": "runs these tests",
    "make test lint": "runs these tests",
    "make lint": "reads all code; .ci/run runs it",
    "make soak": "an hour; tests/pipeline/test_interruption.py::"
    "test_kills_lose_nothing_and_two_processes_give_the_bytes_of_one does the same with four kills",
    "make docs": INSTALLS,
    "make bench": "an hour on an idle machine, and installs a peer; tests/benchmarks/test_readme.py::"
    "test_the_page_quotes_the_committed_results reads what it wrote",
    "python -m pytest tests/evaluation -k pareto": "runs tests",
    "pip install .": INSTALLS,
    'pip install ".[cluster]"': INSTALLS,
    'pip install ".[export]"': INSTALLS,
    "pip install -r requirements-gpu.txt": INSTALLS,
    "uv pip compile --universal --python-version 3.11 requirements.in -o requirements.txt": INSTALLS,
    "uv pip compile --universal --python-version 3.11 requirements-dev.in -o requirements-dev.txt": INSTALLS,
    "uv pip compile --universal --python-version 3.11 requirements-docs.in -o requirements-docs.txt": INSTALLS,
    "dask scheduler": CLUSTER.format("test_a_cluster_over_tcp_that_loses_a_worker_gives_the_same_results"),
    "python -m distributed.cli.dask_worker tcp://head:8786 --nthreads 1 --nworkers 16": CLUSTER.format(
        "test_a_cluster_over_tcp_that_loses_a_worker_gives_the_same_results"
    ),
    "python -m pipeline.ahead --executor dask --address tcp://head:8786": CLUSTER.format(
        "test_a_cluster_over_tcp_that_loses_a_worker_gives_the_same_results"
    ),
    "python -m pipeline.ahead --executor slurm --set slurm_partition=cpu timeout_min=120 slurm_array_parallelism=64":
        CLUSTER.format("test_every_executor_gives_the_same_results"),
}  # fmt: skip
# The items of docs/promises.md and docs/known-issues.md with a test of each.
PROMISES = {
    "Nothing is lost.":
        "pipeline/test_interruption.py::test_kills_lose_nothing_and_two_processes_give_the_bytes_of_one",
    "The same bytes.": "training/test_loop.py::test_the_seed_decides_the_weights_to_the_byte",
    "No number that is not what it says.": "training/test_loop.py::test_divergence_is_told",
    "No half-done work.": "pipeline/params/test_refused_by_dvc.py::test_dvc_repro_ends_before_anything_is_touched",
    "No surprises.": "pipeline/params/test_harmless_inputs.py::test_pickled_objects_are_refused_and_not_run",
    "`beta: write 2 instead of 2.0`": "pipeline/params/test_fields.py::test_betas_of_another_form_are_explained",
    "A dataset cannot be had":
        "data/test_fetching.py::test_message_names_every_place_with_its_reason_and_the_way_out",
    "Train again from nothing": "pipeline/test_changes.py::test_a_model_that_is_trained_again_is_the_same",
    "Interrupted":
        "pipeline/test_interruption.py::test_what_dvc_leaves_cut_off_can_be_removed_and_nothing_is_trained_again",
    "A full disk, or a folder that cannot be written":
        "pipeline/test_disk.py::test_a_stage_ends_with_one_message_and_runs_when_the_disk_is_mended",
    "A setting changes how libraries compute":
        "pipeline/jobs/test_settings.py::test_every_stage_and_ahead_end_with_one_message",
    "Without Git": "pipeline/test_dvc_commands.py::test_an_unpacked_archive_runs",
    "`warning: the parameters pin bfloat16`":
        "pipeline/params/test_precision.py::test_a_pin_to_what_the_machine_may_only_emulate_is_warned_of",
    "Several copies of the library": "pipeline/test_contributing.py::test_a_stage_imports_the_library_beside_it",
}  # fmt: skip
HOURS = re.compile("dvc exp run (-S (preliminary_grid|pareto_select|main_experiments)[^ ]* )+")
COMMANDS = commands()


def taken_by_tests():
    """Return the commands that stand in a call in some test."""
    files = [file for file in TESTS.rglob("*.py") if file.name not in ("documents.py", "test_documents.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    arguments = (argument for node in nodes if isinstance(node, ast.Call) for argument in node.args)
    constants = (part for argument in arguments for part in ast.walk(argument))
    return {part.value for part in constants if isinstance(part, ast.Constant)} & COMMANDS.keys()


def test_every_command_is_run_by_a_test_or_listed():
    listed = NOT_RUN.keys() | set(filter(HOURS.match, COMMANDS))
    assert COMMANDS.keys() - taken_by_tests() - listed == set()
    assert NOT_RUN.keys() - COMMANDS.keys() == set() == NOT_RUN.keys() & taken_by_tests()


def test_every_promise_has_a_test():
    text = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("promises.md", "known-issues.md"))
    items = re.findall(r"^- (?:\*\*(.+?)\*\*|\*(.+?)\*)", text, re.MULTILINE)
    assert {bold or italic for bold, italic in items} == PROMISES.keys()


STAND_INS = {reason for reason in NOT_RUN.values() if "::" in reason} | {f"tests/{test}" for test in PROMISES.values()}


@pytest.mark.parametrize("reason", sorted(STAND_INS))
def test_a_test_that_is_named_exists(reason):
    file, name = re.search(r"(tests/\S+\.py)::(\w+)", reason).groups()
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_stand_in_blocks_for_the_shell(page):
    """And what other blocks show is no command."""
    for language, text in blocks(page):
        assert language in ("sh", "python", "mermaid", "")
        assert language or not any(STARTS.match(line) for line in text.splitlines())
    assert "```" not in BLOCK.sub("", page.read_text(encoding="utf-8"))


def test_what_no_page_shows_cannot_be_taken_from_there():
    with pytest.raises(LookupError, match="dvc destroy"):
        documented("dvc destroy")
    assert documented("dvc exp branch NAME BRANCH", NAME="a", BRANCH="b") == "dvc exp branch a b"


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith(("make ", "python -m "))])
def test_targets_of_make_and_modules_exist(command):
    words = shlex.split(command)
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert {word for word in words[1:] if "=" not in word} <= set(targets)
    else:
        assert importlib.util.find_spec(words[2])


def stage_names():
    """Return the names by which a stage of dvc.yaml can be a target, with and without its item."""
    each = {f"{name}@{'-'.join(item.values())}" for name, stage in STAGES.items() for item in items(stage) if item}
    return {*STAGES, *each}


RUNS = re.compile(r"dvc (repro|exp run|pull -d)|python -m pipeline\.ahead")
OPTION = re.compile(r"(?<!\S)(--executor .*|--?[\w-]+( '?[\w./:]+=\S+)?)")
TARGET = re.compile(r"(?<![\w./-])(?:\.\./dvc\.yaml:)?([a-z][a-z-]*(?:@[\w.-]+)?)(?= |$)")


@pytest.mark.parametrize("command", [command for command in COMMANDS if RUNS.match(command)])
def test_stages_that_a_command_names_exist(command):
    named = TARGET.findall(OPTION.sub("", RUNS.sub("", command, count=1)))
    assert set(named) <= stage_names()
    assert named or not re.search("@|headline|report", command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_parameters_that_a_page_sets_exist(page):
    for option in re.findall(r"-S '?([\w./:]+)=", page.read_text(encoding="utf-8")):
        file, _, key = option.rpartition(":")
        looked_up(key, load_yaml(file) if file else PARAMETERS)


def test_make_study_names_stages_that_exist():
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (targets,) = re.findall(r"pipeline\.ahead (.*)", text)
    assert set(targets.split()) <= stage_names()
