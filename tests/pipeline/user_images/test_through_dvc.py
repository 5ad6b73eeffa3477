"""A user's own images through DVC: a changed picture, a broken one, an experiment; docs/your-images.md as it stands."""

import json

from tests.documents import documented
from tests.pipeline.study import MINE, stages_run

OWN = {"import-images@mine", "own-images@mine", "own-figures@mine", "own-report@mine"}


def test_pictures_are_dependencies_and_broken_ones_lose_nothing(study):
    page, data = study.root / "plots" / "report-mine.html", study.root / "data" / "mine.npz"
    before = page.read_bytes(), data.read_bytes()
    done = study.shell(documented("python -m pipeline.ahead own-report@mine"))
    assert done.returncode == 0 and stages_run(done.stdout) == set()
    broken = study.root / MINE / "new.png"
    broken.write_bytes(b"no picture")
    try:
        assert study.planned() == OWN
        done = study.shell(documented("dvc repro own-report@mine"))
        assert done.returncode != 0
        assert f"error: {MINE}/new.png: this is no picture, whatever its name says" in done.stderr.splitlines()
        assert "Traceback" not in done.stderr
        assert (page.read_bytes(), data.read_bytes()) == before
    finally:
        broken.unlink()
    assert study.planned() == set()


def test_an_experiment_runs_again_what_it_concerns(study):
    for command in (["add", "--all"], ["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qm", "Study"]):
        assert study.run("git", *command).returncode == 0
    before = read(study)
    done = study.shell(documented("dvc exp run -S user_datasets.mine.fit=pad own-report@mine"))
    assert done.returncode == 0, done.stderr
    assert stages_run(done.stdout) - {"check-parameters"} == OWN
    assert read(study)["models"]["mlp-1"]["fid"] != before["models"]["mlp-1"]["fid"]
    changed = study.run("git", "diff", "--numstat", "--", "params.yaml").stdout.split()
    assert changed[:2] == ["1", "1"]


def read(study):
    return json.loads((study.root / "metrics" / "own-images" / "mine.json").read_text(encoding="utf-8"))
