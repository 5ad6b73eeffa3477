"""README.md and CONTRIBUTING.md on DVC and Git, command by command, in a project whose stages take no time."""

import os
import subprocess

import pytest

from tests.documents import documented
from tests.pipeline.skeleton import cloned, committed, runner, skeleton
from tests.pipeline.study import stages_run, trainings

TRAINED = {f"main-experiments@mnist-{beta}" for beta in (1, 0.2)}


def test_a_target_runs_with_what_it_needs_and_no_more(tmp_path):
    project = skeleton(tmp_path)
    committed(project)
    run = runner(project)
    assert stages_run(run("dvc repro download@mnist")) == {"check-parameters", "download@mnist"}
    assert stages_run(run("dvc repro figures@mnist")) == {"main-experiments@mnist-1", "figures@mnist"}
    assert {"reproduction", "summarize@mnist"} < stages_run(run("dvc repro reproduction"))


def test_named_stages_alone_run_by_force(run, project):
    assert stages_run(run("dvc repro -f -s reproduction report")) == {"reproduction", "report"}
    said = run("dvc repro --force")
    assert stages_run(said) > TRAINED and trainings(said) == 0
    assert project.run("git", "status", "--short").stdout == ""


def test_models_and_experiments_are_shared(project, run, tmp_path):
    clone, folder = cloned(project, tmp_path / "clone"), str(tmp_path / "shared")
    project.run("git", "init", "--quiet", "--bare", str(tmp_path / "bare"))
    project.run("git", "remote", "add", "origin", str(tmp_path / "bare"))
    add = documented('dvc remote add -d ours /a/shared/folder && git commit -am "A folder for models"')
    assert project.shell(add.replace("/a/shared/folder", folder)).returncode == 0
    assert "files pushed" in run("dvc push")
    project.dvc("exp", "run", "--name", "try", "-S", "beta=0.3", "headline")
    run("dvc exp push origin NAME", NAME="try")
    clone.run("git", "pull", "--quiet", str(project.root), "main")
    clone.run("git", "remote", "set-url", "origin", str(tmp_path / "bare"))
    there = runner(clone)
    assert "Data and pipelines are up to date." in there("dvc repro --dry --allow-missing")
    there("dvc pull -d figures@mnist")
    assert {path.name for path in (clone.root / "models" / "main").iterdir()} == {"mnist-1"}
    there("dvc pull")
    assert "Data and pipelines are up to date." in there("dvc status")
    there("dvc exp pull origin NAME", NAME="try")
    there("dvc exp apply NAME", NAME="try")
    assert (clone.root / "models" / "main" / "mnist-0.3" / "weights.npz").is_file()


def test_a_second_run_is_refused_what_the_first_one_works_on(project, run):
    """The first one waits in a stage until the other end of a pipe is closed."""
    gate, work = project.root / ".dvc" / "tmp" / "gate", project.root / "work.py"
    os.mkfifo(gate)
    waiting = f"import os; os.path.exists({str(gate)!r}) and open({str(gate)!r}).read()\n"
    work.write_text(waiting + work.read_text(encoding="utf-8"), encoding="utf-8")
    # Should the stage not come so far, the shell opens the pipe.
    line = f"dvc repro --single-item download@mnist; state=$?; test ! -e {gate} || cat {gate}; exit $state"
    first = subprocess.Popen(["bash", "-c", line], cwd=project.root, env=project.environment, stdout=subprocess.DEVNULL)
    with gate.open("w"):  # until the stage has opened the other end
        second = project.dvc("repro", "--single-item", "download@mnist")
        gate.unlink()
    assert second.returncode != 0 and "is busy" in second.stderr
    assert first.wait() == 0
    assert stages_run(run("dvc repro figures@mnist")) == {"main-experiments@mnist-1"}


@pytest.mark.parametrize(
    "remedy", ["dvc config core.no_scm true", 'git init && git add --all && git commit -m "The study"']
)
def test_an_unpacked_archive_runs(tmp_path, remedy):
    project = skeleton(tmp_path)
    run = runner(project)
    refused = project.dvc("repro", "summarize@mnist")
    assert refused.returncode == 255 and "is not a git repository" in refused.stderr
    run(remedy)
    assert "figures@mnist" in stages_run(run("python -m pipeline.ahead figures@mnist summarize@mnist"))
    experiment = project.dvc("exp", "run", "-S", "beta=0.2", "summarize@mnist")
    assert (experiment.returncode == 0) == remedy.startswith("git")
    assert (project.root / ".dvc" / "plots" / "by_beta.json").is_file()


def test_dvc_init_would_take_the_settings_away(tmp_path):
    project = skeleton(tmp_path)
    runner(project)("dvc init --no-scm -f")
    assert not (project.root / ".dvc" / "plots" / "by_beta.json").is_file()
    assert "autostage" not in (project.root / ".dvc" / "config").read_text(encoding="utf-8")
