"""The command that compares records with those of a revision, in a repository of its own."""

import json
import subprocess
import sys

import pytest

from pipeline import compare

GIT = ("git", "-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "commit.gpgsign=false")


def record(**values):
    """Return a headline; what has one run is of convolutional networks."""
    networks = {}
    for name, (mean, sd, n) in values.items():
        networks.setdefault("cnn" if n == 1 else "mlp", {"n": n})[name] = {"mean": mean, "sd": sd}
    return {"digits": networks}


def write(root, content, name="headline"):
    path = root / "metrics" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two commits with the same headline, and a work tree with another."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, record(fid=(50.0, 1.0, 5), tvd=(0.1, 0.05, 5), kl=(3.0, None, 1), mse=(9.0, 1.0, 5)))
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "One"], ["tag", "one"]):
        subprocess.run([*GIT, *command], check=True)
    write(tmp_path, record(fid=(40.0, 1.0, 5), tvd=(0.1, 0.05, 5), mse=(9.0, 1.0, 5)), "other")
    for command in (["add", "."], ["commit", "--quiet", "--message", "Two"]):
        subprocess.run([*GIT, *command], check=True)
    write(tmp_path, record(fid=(40.0, 1.0, 5), tvd=(0.12, 0.05, 5), kl=(4.0, None, 1), mse=(9.0, 1.0, 5)))
    return tmp_path


def output(capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["compare", *arguments])
    compare.main()
    return capsys.readouterr().out


@pytest.mark.parametrize("revision", [(), ("HEAD",), ("one",)])
def test_each_difference_has_an_interval_and_a_verdict(repository, capsys, monkeypatch, revision):
    title, header, _, *lines, note, _ = output(capsys, monkeypatch, *revision).splitlines()
    assert title == "metrics/headline.json"
    assert header.split() == [
        "metric", *(revision or ["HEAD"]), "now", "change", "95", "%", "interval", "seeds", "verdict"
    ]  # fmt: skip
    # Standard errors sqrt(2 / 5) and 0.05 sqrt(2 / 5), eight degrees of freedom: t = 2.306.
    assert [line.split() for line in lines[:3]] == [
        ["digits.mlp.fid", "50", "40", "-10", "-11.5", "to", "-8.54", "5", "clear"],
        ["digits.mlp.tvd", "0.1", "0.12", "+0.02", "-0.0529", "to", "+0.0929", "5", "within", "seeds"],
        ["digits.cnn.kl", "3", "4", "+1", "-", "1", "one", "seed"],
    ]
    assert "not corrected for their number" in " ".join([*lines[3:], note])


def test_markdown_is_a_table_below_a_heading(repository, capsys, monkeypatch):
    shown = output(capsys, monkeypatch, "one", "--markdown")
    assert shown.startswith("#### metrics/headline.json\n\n| metric | one | now |")
    assert "| digits.mlp.fid | 50 | 40 | -10 | -11.5 to -8.54 | 5 | clear |\n" in shown


def test_records_that_one_side_lacks_are_named(repository, capsys, monkeypatch):
    assert output(capsys, monkeypatch, "one", "--targets", "metrics/other.json").count(" new\n") == 3
    (repository / "metrics" / "other.json").unlink()
    gone, *rest = output(capsys, monkeypatch, "--targets", "metrics/other.json", "metrics/headline.json").split("\n\n")
    assert gone.count(" gone\n") == 3 and "clear" in rest[0]


def test_a_subfolder_names_its_own_files(repository, capsys, monkeypatch):
    monkeypatch.chdir(repository / "metrics")
    relative = output(capsys, monkeypatch, "one", "--targets", "headline.json").splitlines()
    absolute = output(capsys, monkeypatch, "one", "--targets", str(repository / "metrics/headline.json")).splitlines()
    assert "clear" in relative[3] and relative[1:] == absolute[1:]


def test_without_a_difference_it_says_so(repository, capsys, monkeypatch):
    assert "No metric differs." in output(capsys, monkeypatch, "--targets", "metrics/other.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-revision"], "no-such-revision"),
        (["HEAD:metrics"], "HEAD:metrics"),
        (["--targets", "metrics/nowhere.json"], "nowhere.json"),
        (["--targets", "metrics/text.json"], "text.json"),
    ],
)
def test_a_bad_input_is_one_message(repository, monkeypatch, arguments, message):
    write(repository, "no JSON", "text")
    monkeypatch.setattr(sys, "argv", ["compare", *arguments])
    with pytest.raises(SystemExit, match=f"^error: .*{message}"):
        compare.main()


def test_outside_of_a_repository_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setattr(sys, "argv", ["compare"])
    with pytest.raises(SystemExit, match="not a git repository"):
        compare.main()


def test_a_change_of_precision_is_told_in_one_line(repository, capsys, monkeypatch):
    for name, precision in (("one", "bfloat16"), ("two", "float32")):
        write(repository, {"digits": {"mlp": {"precision": precision, "n": 1}, "cnn": {"precision": "float32"}}})
        subprocess.run([*GIT, "commit", "--quiet", "--all", "--message", name], check=True)
    line = "Precision differs: digits mlp bfloat16 -> float32."
    for options in ([], ["--markdown"]):
        assert output(capsys, monkeypatch, "HEAD~1", *options).splitlines().count(line) == 1
    assert "Precision" not in output(capsys, monkeypatch, "HEAD")
