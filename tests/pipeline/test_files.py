"""Files of stages: what is read is what was written, and a stage clears no folder but its own."""

import subprocess
import sys

import pytest

from pipeline import files
from pipeline.jobs.closure import ROOT
from tfvae.errors import Refused


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', '{"a": 1e999}', '{"a": -1e999}', '{"a": NaN}']
)
def test_json_that_says_two_things_or_no_number_is_damaged(tmp_path, text):
    path = tmp_path / "record.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(files.Damaged, match=r"record\.json: "):
        files.read_json(path)


@pytest.mark.parametrize("folder", [".", "..", "sub/.."])
def test_a_folder_that_is_no_stage_s_own_is_not_cleared(tmp_path, monkeypatch, folder):
    (tmp_path / "work" / "sub").mkdir(parents=True)
    (tmp_path / "work" / "data.npz").write_bytes(b"data")
    monkeypatch.chdir(tmp_path / "work")
    with pytest.raises(Refused, match="name a folder of its own"):
        files.write_folder(files.Path(folder), {"weights.npz": b"weights"})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data.npz", "sub", "work"]


@pytest.mark.parametrize("project", [".git", ".dvc"])
def test_a_project_is_not_cleared(tmp_path, project):
    (tmp_path / project).mkdir()
    with pytest.raises(Refused, match="name a folder of its own"):
        files.write_folder(tmp_path, {})
    assert (tmp_path / project).is_dir()


@pytest.mark.parametrize("reader", ["true", "cat > /dev/full"])
def test_work_goes_on_when_nobody_reads_its_lines(tmp_path, reader):
    program = "from pipeline.jobs.terminal import say; say('one' * 99999); say('two'); open('done', 'w').close()"
    command = f'{sys.executable} -c "{program}" | {reader}'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert (tmp_path / "done").exists() and "Error" not in done.stderr.replace("No space left on device", "")
