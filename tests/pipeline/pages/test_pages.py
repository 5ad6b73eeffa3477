"""The stages dataset-report and report, run on a small study: what their pages say and where they lead."""

import json
import os
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import report
from tests.pipeline.pages.small_study import BETAS, DATASETS, LATENTS, NETWORKS, parameters, write_pages
from tests.pipeline.pipeline_file import load_yaml, options
from tfvae.evaluation.metrics import metric_titles


class Page(HTMLParser):
    """The tags of a page with their attributes and the text directly behind them, and its tables as rows of cells."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.tables, self._cell = [], [], None
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attributes):
        found = SimpleNamespace(tag=tag, attributes=dict(attributes), text="")
        self.tags.append(found)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = SimpleNamespace(text="", href=None, key=found.attributes.get("data-key"))
            self.tables[-1][-1].append(self._cell)
        elif tag == "a" and self._cell:
            self._cell.href = found.attributes["href"]

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._cell = None
        elif tag == "code":  # what stands behind a command is none of it
            self.tags.append(SimpleNamespace(tag="", attributes={}, text=""))

    def handle_data(self, data):
        if self.tags:
            self.tags[-1].text += data
        if self._cell:
            self._cell.text += data.strip()

    def of(self, tag):
        return [found for found in self.tags if found.tag == tag]

    def table(self, *header):
        [found] = [rows for rows in self.tables if [cell.text for cell in rows[0]][: len(header)] == list(header)]
        return found


@pytest.fixture(scope="module")
def page(joint_page):
    return Page(joint_page)


@pytest.fixture(scope="module")
def dataset_page(joint_page):
    return Page(joint_page.parent / "report-mnist.html")


def test_every_link_leads_to_a_file_or_a_place_on_the_page(page, joint_page):
    addresses = [tag.attributes["href"] for tag in page.of("a")]
    anchors = {tag.attributes["id"] for tag in page.tags if "id" in tag.attributes}
    assert len(addresses) > 100
    for address in set(addresses):
        if address.startswith("#"):
            assert address[1:] in anchors, address
        else:
            assert (joint_page.parent / address).is_file(), address


def test_a_page_needs_nothing_from_elsewhere(joint_page, page):
    text = joint_page.read_text(encoding="utf-8")
    assert "http:" not in text and "https:" not in text and "@import" not in text
    sources = [tag.attributes["src"] for tag in page.tags if "src" in tag.attributes]
    assert sources and all(source.startswith("data:image/webp;base64,") for source in sources)
    policy = next(tag.attributes["content"] for tag in page.of("meta") if "http-equiv" in tag.attributes)
    assert policy == ("default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'")


def test_names_on_a_page_are_unique(page):
    names = [tag.attributes["id"] for tag in page.tags if "id" in tag.attributes]
    assert len(names) == len(set(names)) > 20


def test_pictures_and_controls_are_named_for_those_who_do_not_see_them(page):
    assert all(tag.attributes["alt"] for tag in page.of("img")) and page.of("img")
    labelled = {tag.attributes["for"] for tag in page.of("label") if "for" in tag.attributes}
    sliders = [tag.attributes for tag in page.of("input")]
    assert len(sliders) == len(DATASETS) * len(NETWORKS) * 3 + LATENTS
    assert all(slider["id"] in labelled and slider["aria-valuetext"] for slider in sliders)
    assert all(tag.attributes["aria-label"] for tag in page.of("canvas"))


def test_every_number_of_the_models_is_that_of_the_record_it_leads_to(dataset_page, joint_page):
    header, *rows = dataset_page.table("Model", "Squared error", "KL")
    metrics = ["mse", "kl", *metric_titles("page")]
    assert [row[0].text for row in rows] == [
        "0.2-VAE", "1-VAE", "5-VAE", "SB-VAE", "0.2-CVAE", "1-CVAE", "5-CVAE", "SB-CVAE",
    ]  # fmt: skip
    assert len(header) == len(metrics) + 2
    for row in rows:
        for metric, cell in zip(metrics, row[1:], strict=False):
            values = json.loads((joint_page.parent / cell.href).read_text())[metric]["values"]
            mean, sd = (float(part) for part in cell.text.split(" ± "))
            assert (mean, sd) == pytest.approx((np.mean(values), np.std(values, ddof=1)), abs=0.005)
            assert float(cell.key) == pytest.approx(np.mean(values))


def test_every_number_of_the_samplers_is_that_of_the_record_it_leads_to(dataset_page, joint_page):
    header, *rows = dataset_page.table("Model", "prior", "prior × 100")  # noqa: RUF001
    assert [cell.text for cell in header][3:] == ["prior + 2", "fitted mixture"]
    assert len(rows) == len(BETAS) * len(NETWORKS)
    for row in rows:
        record = json.loads((joint_page.parent / row[2].href).read_text())
        assert row[0].text == f"{record['beta']}-{'CVAE' if record['network'] == 'cnn' else 'VAE'}"
        for cell, name in zip(row[1:], record["samplers"], strict=True):
            assert float(cell.key) == np.mean(record["samplers"][name]["fid"]["values"])


def test_every_number_of_the_variants_is_that_of_the_record_it_leads_to(dataset_page, joint_page):
    """Seeds are listed where their deviation is above a fifth of their mean."""
    header, *rows = dataset_page.table("Variant", "Differs in", "β")
    assert [cell.text for cell in header][3:] == [
        "FID", "FID × 100", "FID, mixture", "Precision", "Recall", "Coverage", "Blank × 100", "Error, k = 3",  # noqa: RUF001
        "Error, k = 10", "Squared error", "KL", "Runs",
    ]  # fmt: skip
    assert [[cell.text for cell in row[:5]] for row in rows] == [
        ["dense", "nothing but β", "0.2", "51.00 ± 1.41", "151.00 ± 1.41"],
        ["sticks", "sticks 9, concentration 5", "0.2", "30.00, 90.00", "130.00, 190.00"],
    ]
    assert [cell.text for cell in rows[1][5:]] == [
        "10.00, 70.00", "0.5100 ± 0.0141", "0.5100 ± 0.0141", "0.5100 ± 0.0141", "0.5100 ± 0.0141", "0.1050 ± 0.0071",
        "0.2000, 0.3000", "20.50 ± 0.71", "9.25 ± 0.35", "2",
    ]  # fmt: skip
    models = json.loads((joint_page.parent / rows[1][3].href).read_text())["models"]
    assert float(rows[1][3].key) == models["sticks-0.2"]["samplers"]["prior"]["fid"]["mean"]


def test_findings_are_stated_with_numbers_of_the_records(joint_page):
    text = re.sub(r"<[^>]*>", "", (joint_page.parent / "report-mnist.html").read_text(encoding="utf-8"))
    text = " ".join(text.split())
    assert "the KL divergence goes from 500.50 ± 0.71 to 20.50 ± 0.71 nats" in text
    assert "have a lower FID than plain ones for 1 of 3 models" in text
    assert "It falls most for the 0.2-VAE: from 50.00 ± 1.41 to 40.00 ± 1.41" in text
    assert "fitted mixture for 2 models, prior × 100 for 1 model" in text  # noqa: RUF001
    assert "the parameters name e0-d0 (rank 3 of 3 by FID, 1 by TVD), which the study uses" in text
    assert "The stick-breaking posterior learns: its KL divergence is 100.50 ± 0.71" in text
    assert "On average 2 of its 3 sticks hold 95% of the whole" in text


def test_models_of_two_precisions_are_told_in_one_sentence_of_their_dataset(joint_page):
    text = joint_page.read_text(encoding="utf-8")
    for dataset in DATASETS:
        exceptions = ", ".join(f"main-experiments@{dataset}-{network}-5" for network in NETWORKS)
        assert text.count(f"Models were trained in bfloat16, but in float32: {exceptions}.") == 1


def test_every_row_of_the_settings_names_its_precision(page):
    tables = [rows for rows in page.tables if rows[0][0].text == "Record of"]
    assert len(tables) == len(DATASETS)
    for target, settings, *_ in (row for rows in tables for row in rows[1:]):
        if target.text.startswith(("main-experiments", "stick-breaking", "manifolds")):
            assert "precision " in settings.text


def test_a_page_without_models_to_explore_has_no_such_section(joint_page):
    own, other = ((joint_page.parent / f"report-{name}.html").read_text() for name in DATASETS)
    assert own.count("Explore the latents") == 1 and "Explore the latents" not in other
    assert 'data-scale="100.0"' in own and 'data-shift="2.0"' in own  # as the record of augmented sampling has them


def test_searches_made_elsewhere_are_not_shown_twice(joint_page):
    own, other = ((joint_page.parent / f"report-{name}.html").read_text() for name in DATASETS)
    assert "All 3 candidates" in own and "All 3 candidates" not in other
    assert "The search was made on MNIST" in other
    assert "FID fell steadily along the training, and\nFID decided." in own


def test_published_figures_stand_beside_ours_with_what_explains_them(page):
    [*_, rows] = [rows for rows in page.tables if [cell.text for cell in rows[0]][-1] == "Line"]
    assert [cell.text for cell in rows[0]] == [
        "Document", "Dataset", "Model", "β", "Metric", "Published", "Legacy", "Corrected", "Verdict", "Why", "Line",
    ]  # fmt: skip
    assert [cell.text for cell in rows[1]] == [
        "the thesis", "MNIST", "mlp", "0.2", "fid", "141.7186", "141 ± 1.4", "70 ± 1.4", "legacy only",
        "noise of steps", "2",
    ]  # fmt: skip
    assert rows[3][9].text == "<the wrong classifier>" and rows[3][7].key is None
    _, *effects = page.table("Correction", "Change")
    assert [row[5].text for row in effects] == ["fid", "mse", "kl"]  # clear ones first, the larger shift before


def test_verdicts_stand_beside_chance(page):
    head, row = page.table("Document", "same order")
    verdicts = ["same order", "legacy only", "disagrees", "void"]
    assert [cell.text for cell in head] == ["Document", *verdicts]
    assert [cell.text for cell in row] == ["the thesis", "0 (0.75)", "1 (0.5)", "1 (0.75)", "1 (1)"]
    _, dense, convolutional = page.table("Dataset", "Network", "Metric", "Candidates")
    assert [cell.text for cell in dense] == ["MNIST", "dense", "fid", "17", "0.19", "-0.32 to 0.62", "17", "16.50"]
    assert [cell.text for cell in convolutional[4:6]] == ["–", "–"]  # noqa: RUF001


def test_claims_in_words_stand_beside_our_values(page):
    _, high, colour = page.table("Document", "Dataset", "Claim")
    assert [cell.text for cell in high[2:]] == [
        "It is <high>",
        "best",
        "8.5 ± 0.71; adam",
        "agrees",
        "of 1,000 samples",
    ]
    assert [cell.text for cell in colour[1:]] == [
        "Flowers 102", "Colourful", "–", "–", "not measured", "never run",  # noqa: RUF001
    ]  # fmt: skip


def test_commands_name_stages_of_the_pipeline(page):
    stages = load_yaml("dvc.yaml")["stages"]
    commands = {word for tag in page.tags for word in re.findall(r"dvc repro ([^<]+)", tag.text)}
    assert len(commands) > 20
    for target in (target for command in commands for target in command.split()):
        name, _, item = target.partition("@")
        if name != "reproduction":
            assert name in stages and bool(item) == ("matrix" in stages[name]), target


def test_the_same_inputs_give_the_same_bytes_anywhere(joint_page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    again = write_pages(tmp_path)
    for name in ("report.html", "report-mnist.html", "report-fashion_mnist.html"):
        content = (joint_page.parent / name).read_bytes()
        assert (again.parent / name).read_bytes() == content
        assert os.fsencode(tmp_path.name) not in content


def test_pages_of_different_folders_are_not_joined(tmp_path):
    pages = [tmp_path / "a" / "report-mnist.html"]
    nothing = {"records": [], "findings": [], "reproduction": tmp_path, "times": tmp_path, "figures": []}
    with pytest.raises(RuntimeError, match="for their links"):
        report.main(parameters(), dataset_pages=pages, page=tmp_path / "report.html", **nothing)


def test_leftovers_appear_on_no_page(joint_page, tmp_path, monkeypatch):
    """A beta that is no longer studied, a dataset that the parameters no longer list."""
    monkeypatch.chdir(tmp_path)
    write_pages(tmp_path, leftovers=True)
    for name in ("report.html", "report-mnist.html"):
        assert (tmp_path / "plots" / name).read_bytes() == (joint_page.parent / name).read_bytes()


def test_the_whole_study_has_the_page_of_every_dataset():
    stage, parameters = load_yaml("dvc.yaml")["stages"]["report"], load_yaml("params.yaml")
    pages = {f"plots/report-{dataset}.html" for dataset in parameters["datasets"]}
    assert set(options(stage)["dataset_pages"]) == pages < set(stage["deps"])
    assert {f"plots/{dataset}" for dataset in parameters["datasets"]} < set(options(stage)["figures"])
