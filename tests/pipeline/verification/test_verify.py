"""The command: one real run on the small study, with a wrong sign in one of its models; its exit status; Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline import verify
from pipeline.jobs.closure import ROOT
from pipeline.verification import receipt, retraining
from pipeline.verification.agreement import disagreements
from pipeline.verification.retraining import STAGES, Failed
from pipeline.verification.rule import Number, judge
from tests.documents import documented
from tests.pipeline.pipeline_file import load_yaml
from tests.pipeline.verification.test_agreement import SIGN

GIVE_UP = 120  # seconds
DATA, GAUSSIAN, STICKS = "download@digits", "main-experiments@digits-mlp-1", "stick-breaking@digits-mlp"


def test_what_did_not_change_is_the_same_to_the_byte_and_a_wrong_sign_is_off(study, tmp_path):
    assert not any(disagreements(study.root).values())
    before = study.outputs()
    file, old, new = SIGN
    with study.changed(file, lambda text: text.replace(old, new)):
        found = verify.verify(study.root, (DATA, GAUSSIAN, STICKS), tmp_path)
        after = study.outputs()
    assert {name for name in after if after[name] != before.get(name) and "metrics/code/" not in name} == set()
    assert after.keys() == before.keys()
    verdicts = {(one.number.record, one.number.name): one.verdict for one in found.numbers}
    sticks = {verdict for (record, _), verdict in verdicts.items() if record == "stick-breaking/digits-mlp"}
    assert sticks == {"same"} and found.files["metrics/figure-data/stick-breaking/digits-mlp"]
    assert verdicts["main-experiments/digits-mlp-1", "kl"] == "off"
    assert not found.files["metrics/figure-data/main-experiments/digits-mlp-1"]
    assert found.precisions["stick-breaking/digits-mlp"] == ("float32", "float32") and not found.descriptions
    kept = found.disagreements["files and their checksums in dvc.lock"]  # which the change did not reach
    assert found.is_off and any(
        line.startswith("metrics/code/main-experiments-mlp.txt: changed since") for line in kept
    )


def test_the_stages_are_those_of_dvc_lock():
    locked = load_yaml("dvc.lock")["stages"]
    assert set(STAGES) <= locked.keys()
    assert all(locked[name]["cmd"].startswith("python -m pipeline.") for name in STAGES)


def test_the_project_reads_committed_files_and_writes_elsewhere(tmp_path):
    retraining.prepare(ROOT, tmp_path, STAGES, load_yaml("dvc.lock")["stages"])
    from ruamel.yaml import YAML

    stages = YAML(typ="safe").load((tmp_path / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert len(stages) == len(STAGES)
    for stage in stages.values():
        outs = [path for out in stage["outs"] for path in out]
        assert all(path.startswith("new/") and path in stage["cmd"].split() for path in outs)
        assert all((tmp_path / path).exists() or path == "new/data/digits.npz" for path in stage["deps"])
    cost = (tmp_path / "metrics" / "times.csv").read_text(encoding="utf-8")
    assert "main-experiments_digits-mlp-2@," in cost and "mnist" not in cost
    classifier = stages["main-experiments_digits-mlp-2"]["cmd"].partition("--classifier ")[2].split()[0]
    assert classifier == "metrics/fid-classifier/digits"  # the committed one, which every clone measures with


def found(here):
    return receipt.Findings(judge([Number("a", "b", [1.0], [here])]), {}, [] if here == 1 else ["a"], {}, {})


@pytest.mark.parametrize(
    ("result", "status", "told"),
    [
        (found(1.0), 0, "Nothing is off. "),
        (found(2.0), 1, "Something is off. "),
        (Failed("a stage ended"), 2, "error: a stage ended"),
        (OSError("no space"), 2, "error: no space"),
        (KeyboardInterrupt(), 130, "interrupted: nothing was written"),
    ],
)
def test_the_exit_status_and_the_receipt(monkeypatch, tmp_path, capsys, result, status, told):
    def stand_in(root, stages, folder):
        if isinstance(result, BaseException):
            raise result
        return result

    monkeypatch.setattr(verify, "verify", stand_in)
    monkeypatch.chdir(tmp_path)
    assert verify.main([]) == status
    said = capsys.readouterr()
    assert told in said.out + said.err and "Traceback" not in said.err
    if status > 1:
        assert list(tmp_path.iterdir()) == []
    else:
        content = json.loads((tmp_path / "verify-receipt.json").read_text(encoding="utf-8"))
        assert content["verdict"] == ("off" if status else "nothing off")
        assert (tmp_path / "verify-receipt.md").read_text(encoding="utf-8").startswith(f"**{told.strip()}")


@pytest.mark.parametrize("name", ["receipt.txt", "folder.json"])
def test_a_receipt_that_cannot_be_written_ends_before_the_work(monkeypatch, tmp_path, capsys, name):
    (tmp_path / "folder.json").mkdir()
    monkeypatch.setattr(verify, "verify", lambda *_: pytest.fail("it works"))
    assert verify.main(["--receipt", str(tmp_path / name)]) == 2
    assert f"Received: {tmp_path / name}" in capsys.readouterr().err


def test_a_lock_without_the_stages_is_one_message(study):
    done = study.shell(documented("python -m pipeline.verify --receipt receipts/laptop.json"))
    assert done.returncode == 2 and not (study.root / "receipts").exists()
    assert "error: dvc.lock has no stage main-experiments@digits-mlp-0.5" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interruption_leaves_nothing(study, tmp_path):
    places = {name: tmp_path / name for name in ("temporary", "here")}
    for place in places.values():
        place.mkdir()
    script = (
        "import signal, sys; from pipeline import verify; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # tests in the background ignore it
        f"verify.STAGES = {(DATA, STICKS)}; sys.exit(verify.main(['--receipt', {str(places['here'] / 'r.json')!r}]))"
    )
    environment = study.environment | {"TMPDIR": str(places["temporary"])}
    running = subprocess.Popen([sys.executable, "-c", script], cwd=study.root, env=environment, stderr=subprocess.PIPE)
    until = time.monotonic() + GIVE_UP
    while not [*places["temporary"].glob("verify-*/.checkpoints")]:
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.1)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=GIVE_UP)
    assert running.returncode == 130 and b"interrupted: nothing was written" in said, said
    assert not [*places["here"].iterdir()] and not [*places["temporary"].glob("verify-*")]
