"""The README's findings: the numbers are those of the records, and the README is up to date."""

import re

import pytest

from pipeline import files
from pipeline.jobs.closure import ROOT
from pipeline.published.references import parse
from pipeline.readme import __main__ as readme
from pipeline.readme.findings import PARTS, findings

COMMAND = ["findings", str(ROOT / "README.md")]
FIGURES = parse((ROOT / "references" / "figures.csv").read_text(encoding="utf-8"))


def record(name):
    return files.read_json(ROOT / "metrics" / f"{name}.json")


def test_the_readme_holds_what_the_records_say(capsys):
    assert readme.main([*COMMAND, "--metrics", str(ROOT / "metrics"), "--check"]) == 0, capsys.readouterr().err


def test_ten_lines():
    lines = findings("findings", record).splitlines()
    assert [line.split(".")[0] for line in lines] == [str(number) for number in range(1, 11)]
    assert all(line.startswith("- ") for line in findings("further-findings", record).splitlines())


@pytest.mark.parametrize(("part", "least"), [*zip(PARTS, (40, 12), strict=True)])
def test_every_number_follows_its_record(part, least):
    """Every summary raised by 1000, with a spread of 7: so is every "mean ± sd" in the text; one seed has no spread."""

    def raised(content):
        if isinstance(content, dict):
            if set(content) == {"mean", "sd", "n", "values"}:
                return {**content, "mean": 1000 + content["mean"], "sd": content["sd"] and 7.0}
            return {name: raised(value) for name, value in content.items()}
        return [raised(value) for value in content] if isinstance(content, list) else content

    before = findings(part, record)
    after = findings(part, lambda name: raised(record(name)))
    pairs = re.findall(r"(-?\d+\.\d+) ± (\d+\.\d+)", before)
    shifted = re.findall(r"(-?\d+\.\d+) ± (\d+\.\d+)", after)
    assert len(pairs) == len(shifted) > least
    for (mean, _), (new, spread) in zip(pairs, shifted, strict=True):
        assert float(new) == pytest.approx(1000 + float(mean), abs=0.06) and float(spread) == 7


def test_published_numbers_are_those_of_the_references():
    text = findings("further-findings", record)
    for line in (164, 166, 168, 173, 174, 181, 182):
        [figure] = [figure for figure in FIGURES if figure.line == line]
        assert (f"{figure.value:.2f}" if figure.metric == "val_loss" else f"{figure.value:g}") in text
    obtained, reference = (figure.value for figure in FIGURES if figure.model == "vae nll200 static-binary")
    assert f"a published VAE has {reference}, pythae's reproduction of it {obtained})" in text


def test_a_missing_record_is_named(tmp_path, capsys):
    page = tmp_path / "README.md"
    page.write_text("untouched", encoding="utf-8")
    assert readme.main(["findings", str(page), "--metrics", str(tmp_path)]) == 1
    assert "legacy-experiments" in capsys.readouterr().err and page.read_text(encoding="utf-8") == "untouched"


def test_a_record_without_a_number_is_one_message(tmp_path, capsys):
    for path in (ROOT / "metrics").rglob("*.json"):
        files.write_json(tmp_path / path.relative_to(ROOT / "metrics"), {})
    assert readme.main([*COMMAND, "--metrics", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error: ")
