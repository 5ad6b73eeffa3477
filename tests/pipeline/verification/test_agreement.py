"""What Git keeps against dvc.lock, as DVC itself wrote it: a clean copy passes, each planted error is found."""

import shutil

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.verification import agreement
from tests.pipeline import skeleton

RECORD = "metrics/main/mnist-1.json"
SIGN = ("src/tfvae/distributions/gaussian.py", "- 1.0 - log_variance", "- 1.0 + log_variance")


def found(project):
    """Return all lines."""
    return [line for lines in agreement.disagreements(project.root).values() for line in lines]


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_clean_copy_agrees_also_without_what_dvc_keeps(project, tmp_path):
    assert found(project) == []
    (tmp_path / "clone").mkdir()
    clone = skeleton.cloned(project, tmp_path / "clone")
    assert not (clone.root / "models").exists() and found(clone) == []
    (clone.root / "metrics" / "summary" / "__pycache__").mkdir()  # which DVC leaves out
    (clone.root / "metrics" / "summary" / "__pycache__" / "a.pyc").write_bytes(b"")
    assert found(clone) == []


def test_an_edited_record_is_found(project):
    replace(project.root / RECORD, "51.0", "51.1")
    [read, *_, written] = found(project)
    assert read.startswith(f"{RECORD}: changed since the run of figures@mnist, summarize@mnist (MD5 ")
    assert written.startswith(f"{RECORD}: not what was written by main-experiments@mnist-1 (MD5 ")


def test_a_file_more_in_a_folder_is_found(project):
    (project.root / "metrics" / "summary" / "more.json").write_text('{"a": 1}', encoding="utf-8")
    [line] = found(project)
    assert line.startswith("metrics/summary: changed since the run of headline, reproduction, report (MD5 ")


def test_a_wrong_checksum_is_found(project):
    lock = project.root / agreement.LOCK
    entry = agreement.read_lock(project.root)["headline"]["outs"][0]
    assert entry["path"] == "metrics/headline.json"
    wrong = entry["md5"][::-1]
    head, headline, rest = lock.read_text(encoding="utf-8").partition("\n  headline:\n")
    lock.write_text(head + headline + rest.replace(entry["md5"], wrong, 1), encoding="utf-8")
    [line] = found(project)
    assert line.startswith("metrics/headline.json: not what was written by headline (MD5 ") and wrong in line


def test_a_missing_record_is_found(project):
    (project.root / RECORD).unlink()
    assert {line.partition(":")[0] for line in found(project)} == {RECORD}
    assert all(": missing, of " in line for line in found(project))


def test_another_parameter_is_found(project):
    replace(project.root / "params.yaml", "steps: 10", "steps: 11")
    *_, line = found(project)
    assert line == (
        "params.yaml steps: 11, at the run of main-experiments@mnist-1, main-experiments@mnist-0.2, "
        "main-experiments@digits-1 and 1 more 10"
    )


def test_a_stage_that_is_gone_is_not_asked_for(project):
    lock = project.root / agreement.LOCK
    gone = "  gone:\n    cmd: python gone.py\n    outs:\n    - path: gone.json\n      hash: md5\n      md5: '0'\n"
    lock.write_text(lock.read_text(encoding="utf-8") + gone, encoding="utf-8")
    assert found(project) == []


def test_a_mean_that_is_not_that_of_its_values_is_found(tmp_path):
    (tmp_path / "metrics" / "x").mkdir(parents=True)
    path = tmp_path / "metrics" / "x" / "a.json"
    path.write_text('{"models": [{"fid": {"mean": 2.5, "sd": 0.7, "n": 2, "values": [2.0, 3.0]}}]}', encoding="utf-8")
    assert agreement.summary_disagreements(tmp_path) == []
    replace(path, "3.0]", "3.5]")
    [line] = agreement.summary_disagreements(tmp_path)
    assert line == "metrics/x/a.json models.0.fid: the mean is 2.5, that of its values 2.75"


def test_damaged_files_are_one_message(project):
    (project.root / agreement.LOCK).write_text("stages: [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"dvc\.lock: while parsing"):
        agreement.disagreements(project.root)


@pytest.fixture
def code(tmp_path):
    """A copy of the code and of its fingerprints."""
    for folder in ("pipeline", "src", "metrics/code"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_code_that_changed_its_meaning_without_its_fingerprint_is_found(code):
    file, old, new = SIGN
    replace(code / file, old, new)
    lines = agreement.code_disagreements(code)
    assert f"metrics/code/main-experiments-mlp.txt: of another version of {file}" in lines
    assert all(line.endswith(f"of another version of {file}") for line in lines)


def test_a_comment_needs_no_new_fingerprint(code):
    path = code / SIGN[0]
    path.write_text(path.read_text(encoding="utf-8") + "# A comment.\n", encoding="utf-8")
    assert agreement.code_disagreements(code) == []


def test_the_committed_code_has_its_fingerprints():
    assert agreement.code_disagreements(ROOT) == []
