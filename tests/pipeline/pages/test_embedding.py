"""Generated parts of pages: put between their marks, checked; and a page without marks left alone."""

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.pages import embedding
from pipeline.readme import __main__ as readme
from pipeline.thesis.tables import Table

BEGIN, END = "<!-- tables:begin -->", "<!-- tables:end -->"


def test_the_first_table_is_told_from_the_others():
    tables = [Table(title, ("A", "B"), [("x", "1")], f"Note {title}.").markdown() for title in ("one", "two", "three")]
    assert embedding.first_table("\n".join(tables).strip()) == tables[0].strip()
    assert embedding.first_table(tables[2].strip()) == tables[2].strip()


def test_of_each_file_the_first_table_alone_is_put_into_a_page(tmp_path):
    page, table = tmp_path / "README.md", tmp_path / "digits.md"
    page.write_text(f"{BEGIN}{END}", encoding="utf-8")
    table.write_text("\n#### one\n\n| A |\n\n#### two\n\n| B |\n", encoding="utf-8")
    assert readme.main(["tables", str(page), "--first", str(table), str(table)]) == 0
    assert page.read_text(encoding="utf-8") == f"{BEGIN}\n\n#### one\n\n| A |\n\n#### one\n\n| A |\n\n{END}"


def test_readme_is_checked_and_updated(tmp_path, capsys):
    page, table = tmp_path / "README.md", tmp_path / "digits.md"
    page.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n", encoding="utf-8")
    table.write_text("#### new ± β\n", encoding="utf-8")
    command = ["tables", str(page), str(table)]
    assert readme.main([*command, "--check"]) == 1
    assert "out of date" in capsys.readouterr().err
    assert "old" in page.read_text(encoding="utf-8")
    assert readme.main(command) == 0
    expected = f"above\n{BEGIN}\n\n#### new ± β\n\n{END}\nbelow\n"
    assert page.read_text(encoding="utf-8") == expected
    assert readme.main([*command, "--check"]) == 0
    assert readme.main(command) == 0
    assert page.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("text", ["", BEGIN, f"{END} {BEGIN}", f"{BEGIN * 2}{END}"])
def test_readme_without_its_marks_is_left_alone(tmp_path, capsys, text):
    page, table = tmp_path / "README.md", tmp_path / "digits.md"
    page.write_text(text, encoding="utf-8")
    table.write_text("new", encoding="utf-8")
    assert readme.main(["tables", str(page), str(table)]) == 1
    assert "once each" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == text


def test_summaries_are_printed(capsys):
    assert readme.main(["summary", str(ROOT / "metrics" / "summary" / "digits.json")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("Digits: β = ") and [line.split()[0][-4:] for line in printed[3:5]] == ["-VAE", "CVAE"]


def test_a_missing_summary_is_one_message(tmp_path, capsys):
    assert readme.main(["summary", str(tmp_path / "a.json")]) == 1
    assert capsys.readouterr().err.startswith("error: ")
