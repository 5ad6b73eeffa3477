"""The README's findings: the numbers are those of the records, and the README is up to date."""

import re

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.readme import findings
from pipeline.readme.further_findings import further_findings

METRICS = ROOT / "metrics"


@pytest.fixture(scope="module")
def records():
    return findings.read(METRICS)


def test_the_readme_holds_what_the_records_say(capsys):
    assert findings.main([str(ROOT / "README.md"), "--metrics", str(METRICS), "--check"]) == 0, capsys.readouterr().err


def test_ten_lines(records):
    lines = findings.findings(records).splitlines()
    assert [line.split(".")[0] for line in lines] == [str(number) for number in range(1, 11)]
    assert all(line.startswith("- ") for line in further_findings(records).splitlines())


@pytest.mark.parametrize(("part", "least"), [(findings.findings, 40), (further_findings, 12)])
def test_every_number_follows_its_record(records, part, least):
    """Every summary raised by 1000, with a spread of 7: so is every "mean ± sd" in the text; one seed has no spread."""

    def raised(content):
        if isinstance(content, dict):
            if set(content) == {"mean", "sd", "n", "values"}:
                return {**content, "mean": 1000 + content["mean"], "sd": content["sd"] and 7.0}
            return {name: raised(value) for name, value in content.items()}
        return [raised(value) for value in content] if isinstance(content, list) else content

    before = part(records)
    after = part(raised(records))
    pairs = re.findall(r"(-?\d+\.\d+) ± (\d+\.\d+)", before)
    shifted = re.findall(r"(-?\d+\.\d+) ± (\d+\.\d+)", after)
    assert len(pairs) == len(shifted) > least
    for (mean, _), (new, spread) in zip(pairs, shifted, strict=True):
        assert float(new) == pytest.approx(1000 + float(mean), abs=0.06) and float(spread) == 7


def test_a_missing_record_is_named(tmp_path, capsys):
    page = tmp_path / "README.md"
    page.write_text("untouched", encoding="utf-8")
    assert findings.main([str(page), "--metrics", str(tmp_path)]) == 1
    assert "reproduction.json" in capsys.readouterr().err and page.read_text(encoding="utf-8") == "untouched"
