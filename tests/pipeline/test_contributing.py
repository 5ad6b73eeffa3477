"""CONTRIBUTING.md and README.md on our own commands, in a copy of the project that was never run."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.jobs.closure import ROOT
from tests.pipeline.skeleton import copied, runner
from tests.pipeline.study import make_study, stages_run
from tests.pipeline.test_end_to_end import in_a_checkout

pytestmark = pytest.mark.skipif(not in_a_checkout(), reason="copies the files that Git tracks")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The copy, whose .venv is the environment of the tests."""
    study = make_study(tmp_path_factory.mktemp("contributing"))
    (study.root / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (study.root / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    (study.root / ".venv" / ".installed").touch()
    return study


def test_make_lists_checks_and_cleans(study):
    run = runner(study)
    assert {"study", "test", "lint", "bench", "soak"} <= set(study.run("make").stdout.split())
    assert run("make check-params").endswith(": valid\n")
    kept = study.root / ".checkpoints" / "a.checkpoint"
    kept.parent.mkdir()
    kept.touch()
    run("make clean-checkpoints")
    assert not kept.parent.exists()


def test_git_and_dvc_show_which_stages_code_concerns(study):
    run = runner(study)
    run("python -m pipeline.fingerprint --code metrics/code")
    study.run("git", "add", "--all")
    assert run("git diff --stat metrics/code") == ""
    path = study.root / "src" / "tfvae" / "evaluation" / "codebook.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\nUNUSED = 1\n", encoding="utf-8")
    assert stages_run(run("dvc repro fingerprint")) == {"fingerprint"}
    changed = run("git diff --stat metrics/code")
    assert "vector-quantised.txt" in changed and "main-experiments" not in changed
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    ["python -m pipeline.params.document docs/parameters.md", "python -m pipeline.records.document docs/records.md"],
    ids=["parameters", "records"],
)
def test_a_page_of_names_is_written_anew(study, command):
    page = study.root / command.split()[-1]
    page.write_text("old", encoding="utf-8")
    runner(study)(command)
    assert page.read_bytes() == (ROOT / command.split()[-1]).read_bytes()


def test_the_page_of_documents_is_written_anew(study):
    page = study.root / "docs" / "documents.md"
    page.write_text("old", encoding="utf-8")
    runner(study)("python -m pipeline.published.documents docs/documents.md")
    assert page.read_bytes() == (ROOT / "docs" / "documents.md").read_bytes()


def test_a_hook_checks_before_each_commit(study):
    runner(study)("pre-commit install")
    assert (study.root / ".git" / "hooks" / "pre-commit").is_file()
    (study.root / ".git" / "hooks" / "pre-commit").unlink()


def test_tables_are_put_into_pages(study):
    shutil.copytree(ROOT / "metrics" / "tables", study.root / "metrics" / "tables")
    for name in ("digits", "mnist"):
        text = f"#### all of {name}\n\n| A |\n\n#### more of {name}\n\n| B |\n"
        (study.root / "metrics" / "tables" / f"{name}.md").write_text(text, encoding="utf-8")
    run = runner(study)
    run("python -m pipeline.readme tables docs/tables.md metrics/tables/{mnist,fashion_mnist,digits}.md")
    page = (study.root / "docs" / "tables.md").read_text(encoding="utf-8")
    assert "#### all of mnist" in page and "#### more of digits" in page.split("<!-- tables:end -->")[0]
    run("python -m pipeline.readme tables README.md --first metrics/tables/mnist.md")
    page = (study.root / "README.md").read_text(encoding="utf-8")
    assert (
        "#### all of mnist" in page
        and "more of" not in page
        and "digits" not in page.split("<!-- tables:end")[0][-200:]
    )


def test_the_drawings_are_made_anew(study):
    """The copy's datasets are fewer, so its stages are drawn otherwise; the library is the same."""
    page = study.root / "docs" / "how-it-is-built.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("  training --> models\n", "").replace("  download --> ", "  nothing --> "), encoding="utf-8"
    )
    runner(study)("python -m pipeline.drawing docs/how-it-is-built.md")
    drawn = page.read_text(encoding="utf-8")
    assert drawn.split("<!-- library:begin -->")[1] == text.split("<!-- library:begin -->")[1]
    assert "  download --> " in drawn and "nothing" not in drawn.split("<!-- stages:end -->")[0].split("```mermaid")[1]


def test_a_stage_imports_the_library_beside_it(study, tmp_path):
    (tmp_path / "tfvae.py").write_text("", encoding="utf-8")
    installed = replace(study, environment=study.environment | {"PYTHONPATH": str(tmp_path)})
    said = installed.run("python", "-c", "import pipeline.stage, tfvae; print(tfvae.__file__)").stdout
    assert said.strip() == str(study.root / "src" / "tfvae" / "__init__.py")


def test_stages_run_by_ahead_are_those_that_dvc_would_run(finished_skeleton, tmp_path):
    project = copied(finished_skeleton, tmp_path)
    run = runner(project)
    (project.root / "params.yaml").write_text("beta: 0.2\nsteps: 10\n", encoding="utf-8")
    run("python -m pipeline.ahead figures@mnist summarize@mnist")
    run("python -m pipeline.ahead --allow-missing summarize@mnist")
    assert {"figures@digits", "headline"} < stages_run(run("TFVAE_WORKERS=4 python -m pipeline.ahead"))
    assert stages_run(project.dvc("repro").stdout) == set()
    assert "Nothing has been computed here" in run("python -m pipeline.times")
