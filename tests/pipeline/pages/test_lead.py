"""What the page of the whole study opens with: the README's sentences, their sources, and pictures made of dots."""

import copy
import html
import re

import pytest

from pipeline import files
from pipeline.findings.sentences import STRONGEST, strongest
from pipeline.jobs.closure import ROOT
from pipeline.pages.dots import dots
from pipeline.records.kinds import read_record
from tests.pipeline.pages.found import paths
from tfvae.evaluation.summaries import summarize

EACH = pytest.mark.parametrize("name", STRONGEST)


def record(name):
    return read_record(ROOT / "metrics" / f"{name}.json")


def raised(content):
    """Return a record with every summary 1000 higher."""
    if isinstance(content, dict):
        if set(content) == {"mean", "sd", "n", "values"}:
            return summarize([value + 1000 + 7 * place for place, value in enumerate(content["values"])])
        return files.Named({key: raised(value) for key, value in content.items()}, content.path)
    return [raised(value) for value in content] if isinstance(content, list) else content


def lead_of(path):
    """Return the lead of the page, and its text."""
    lead = path.read_text(encoding="utf-8").partition('id="found"')[2].partition("<nav")[0]
    return lead, " ".join(html.unescape(re.sub(r"<[^>]*>", "", lead)).split())


def test_the_page_opens_with_the_sentences_of_the_readme(joint_page):
    page = joint_page.read_text(encoding="utf-8")
    assert page.index('id="found"') < page.index("<nav") < page.index('id="story"') < page.index('id="mnist"')
    text = lead_of(joint_page)[1]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\d\. \*\*(.*?)\*\* (.*)$", readme.partition("<!-- strongest-findings:begin -->")[2], re.M)
    assert len(lines) == len(STRONGEST)
    for claim, sentences in lines[:-1]:  # the last is made of records that the small study makes up
        assert f"{claim} {sentences}" in text
    assert lines[-1][0] in text


def test_each_finding_leads_to_its_part_and_to_its_records(joint_page):
    lead, _ = lead_of(joint_page)
    articles = lead.split("<article")[1:]
    assert len(articles) == len(STRONGEST)
    page = joint_page.read_text(encoding="utf-8")
    for name, article in zip(STRONGEST, articles, strict=True):
        found = strongest(name, record)
        assert f'<h3 id="found-{name}-title"><a href="#{found.place}">' in article
        assert page.count(f'id="{found.place}"') == 1
        assert re.findall(r'<a href="(\.\./metrics/[^"]*)">', article) == [
            f"../metrics/{source}.json" for source in found.records
        ]
        assert all((joint_page.parent / href).is_file() for href in re.findall(r'href="(\.\./[^"]*)"', article))


@EACH
def test_every_finding_has_one_picture(name, joint_page):
    found = strongest(name, record)
    assert bool(found.figure) != bool(found.dots)
    if found.figure:
        assert (ROOT / "plots" / f"{found.figure}.png").is_file()


@EACH
def test_a_finding_is_made_of_the_records_that_it_names_and_of_all_of_them(name):
    """Another of them read would end it, as the stage has no other; each has a number in the sentences or the dots."""
    found = strongest(name, record)
    contents = {source: record(source) for source in found.records}
    assert strongest(name, contents.__getitem__) == found
    for source in found.records:
        changed = contents | {source: raised(contents[source])}
        if source == "reproduction":
            changed[source] = copy.deepcopy(contents[source])
            for line in changed[source]["figures"]:
                line["published"] += 1000
        assert strongest(name, changed.__getitem__) != found, source


def test_the_stage_reads_just_the_records_of_the_findings():
    named = {source for name in STRONGEST for source in strongest(name, record).records}
    listed = {path.relative_to(ROOT / "metrics").with_suffix("").as_posix() for path in paths(ROOT)}
    assert listed | {"reproduction"} == named


@EACH
def test_a_number_that_a_record_lacks_is_told_with_its_file(name):
    source = strongest(name, record).records[0]

    def lacking(wanted):
        content = record(wanted)
        return files.Named({"dataset": "mnist"}, content.path) if wanted == source else content

    with pytest.raises(files.Damaged, match=rf"{source}\.json: '(models|samplers|components)' is missing"):
        strongest(name, lacking)


def test_dots_stand_in_proportion_and_are_told_in_words(joint_page):
    made = dots("Error", {"a": summarize([10.0, 30.0]), "b": summarize([5.0])}, {"b": 7.0})
    assert made.ticks == {"0": 0, "10": pytest.approx(100 / 3, abs=0.01), "20": pytest.approx(200 / 3, abs=0.01),
                          "30": 100}  # fmt: skip
    assert [row.dots for row in made.rows] == [[pytest.approx(100 / 3, abs=0.01), 100], [pytest.approx(16.67)]]
    assert [row.ring for row in made.rows] == [None, pytest.approx(23.33)]
    assert made.spoken == "Error. a: 20.0 ± 14.1; b: 5.00 (published: 7.00)"
    lead, _ = lead_of(joint_page)
    assert lead.count('role="img" aria-label="') == len(STRONGEST) - 1
    assert "Fashion-MNIST, fresh noise: 130.6 ± 11.8" in html.unescape(lead)


@pytest.mark.parametrize(("largest", "ticks"), [(143.5, "0 50 100 150"), (0.9, "0 0.5 1"), (4, "0 1 2 3 4")])
def test_ticks_are_round_and_few(largest, ticks):
    assert " ".join(dots("", {"a": summarize([largest])}, {}).ticks) == ticks


@pytest.mark.parametrize(("values", "published"), [([0.0], {}), ([1.0], {"b": 1.0})], ids=["zero", "no row"])
def test_dots_that_have_no_place_are_refused(values, published):
    with pytest.raises(RuntimeError, match="published values need a row"):
        dots("Error", {"a": summarize(values)}, published)
