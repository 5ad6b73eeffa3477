"""The parts of the whole study's page that tell of further models: their numbers, sentences, figures and links."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from pipeline.colour_images import part as colour
from pipeline.conditional_vae import part as conditional
from pipeline.contents import PARTS
from pipeline.known_factors import part as disentanglement
from pipeline.latent_spaces import part as latent_analysis
from pipeline.model_family import part as objectives
from pipeline.pages.galleries import gallery
from pipeline.pages.pictures import from_png
from pipeline.pages.rendering import parts_of
from pipeline.pages.study import Study
from pipeline.pages.values import Record
from pipeline.vq_vae import part as vector_quantised
from tests.pipeline.pages.further_records import (
    RECORDS,
    colour_record,
    conditional_record,
    latent_record,
    png,
    vector_quantised_record,
)

FURTHER = (objectives, disentanglement, latent_analysis, conditional, vector_quantised, colour)


def record(stage, content):
    return Record(stage, content["dataset"], f"../metrics/{stage}/{content['dataset']}.json", content)


def study(*records, figures=None):
    return Study("study", "../params.yaml", list(records), figures or {})


def text_of(module, *records, **options):
    [part] = parts_of(study(*records, **options), [module])
    return " ".join(re.sub(r"<[^>]*>", "", part.body).split())


def cells(table):
    return [[value.text for value in row] for row in table.rows]


def test_without_records_there_is_no_part():
    assert parts_of(study(), FURTHER) == []
    found = parts_of(study(record("colour", colour_record("flower_patches"))), PARTS)
    assert [part.anchor for part in found] == ["colour"]


@pytest.mark.parametrize(("stage", "module"), list(zip(RECORDS, FURTHER, strict=True)))
def test_every_dataset_with_a_record_has_a_section_and_no_other(stage, module):
    make, datasets = RECORDS[stage]
    [part] = parts_of(study(*(record(stage, make(dataset)) for dataset in datasets)), [module])
    assert re.findall(r'<section id="([^"]*)"', part.body) == [f"{stage}-{dataset}" for dataset in datasets]


@pytest.mark.parametrize(("stage", "module"), list(zip(RECORDS, FURTHER, strict=True)))
def test_every_number_is_that_of_the_record_it_names(stage, module):
    """Whatever says where it comes from is looked up there."""
    make, datasets = RECORDS[stage]
    content = make(datasets[0])
    [part] = parts_of(study(record(stage, content)), [module])
    numbers = re.findall(r'<a class="number" href="([^"]*)" title="([^":]*): ([^";]*)([^"]*)">([^<]*)</a>', part.body)
    assert len(numbers) > 25
    for href, target, path, _, text in numbers:
        assert (href, target) == (f"../metrics/{stage}/{datasets[0]}.json", f"{stage}@{datasets[0]}")
        found = content
        for key in path.split("."):
            found = found[key]
        mean, *sd = (float(number.replace(",", "")) for number in text.split(" ± "))
        if isinstance(found, dict):
            assert mean == pytest.approx(np.mean(found["values"]), abs=0.0051)
            expected = [np.std(found["values"], ddof=1)] if len(found["values"]) > 1 else []
            assert sd == pytest.approx(expected, abs=0.0051)
        else:
            assert (mean, sd) == (pytest.approx(found, abs=0.0051), [])


def test_latents_are_ranked_by_their_means():
    text = text_of(latent_analysis, record("latent-analysis", latent_record("mnist")))
    assert "lie farthest apart in the latents of the VAE, with a silhouette of 0.9000 ± 0.0000." in text
    assert "best from those of the convolutional VAE, with an accuracy of 0.2500." in text
    assert "A further VAE, with 40 latents," in text and "from 1,200 weighted samples" in text
    assert "is 88.50 ± 0.71 nats per image; the bound that it was trained with gives 92.50 ± 0.71." in text
    assert "Of 3 epochs it has the weights of the one that is best on held-out images, on average number 2.50" in text
    assert "the bound is 90.25 ± 0.35 on training images and 94.00 on held-out ones." in text


@pytest.mark.parametrize(("epochs", "told"), [(2, True), (3, False)])
def test_a_shorter_training_of_the_convolutional_vae_is_told(epochs, told):
    content = latent_record("mnist")
    content["models"]["conv_vae"]["epochs"] = epochs
    text = text_of(latent_analysis, record("latent-analysis", content))
    assert (f"The convolutional VAE was trained for {epochs} epochs, the others for 3:" in text) == told


def test_the_latents_table_has_a_column_for_each_number_of_neighbours():
    table = latent_analysis.models_table(record("latent-analysis", latent_record("mnist")))
    assert table.header[1:7] == ("Loss", "Reconstruction", "KL", "Silhouette", "Error, k = 3", "Error, k = 10")
    rows = cells(table)
    assert [(row[0], row[-1]) for row in rows] == [("auto-encoder", "2"), ("VAE", "2"), ("convolutional VAE", "1")]
    assert rows[0][8:12] == ["10.06 ± 0.09", "3", "10", "480,804"]


def test_the_searches_and_the_worst_class_are_named():
    text = text_of(conditional, record("conditional", conditional_record("usps")))
    assert "Of 21 trials of the conditional VAE, 8 were ended early" in text and "of 20 of the VAE 7." in text
    assert "have a loss of 102.25 and 101.25 nats" in text
    assert "sees it in 0.9750 ± 0.0071 of all samples" in text
    assert "least often for class 1, in 0.9400 ± 0.0141. It is itself right in 0.9877" in text
    assert "trained on samples alone is right in 0.9150 ± 0.0071" in text
    assert "one trained on as many real images in 0.9650 ± 0.0071" in text


def test_the_document_s_choice_stands_below_the_best_of_each_search():
    found = conditional.search_table(record("conditional", conditional_record("usps")))
    assert found.header == ("Model", "Batch size", "Learning rate", "Optimiser", "Latents", "β", "Epochs", "Loss")
    assert cells(found) == [
        ["VAE", "128", "0.001", "adam", "10", "0.5", "10", "101.25"],
        ["VAE, the document's choice", "256", "0.001", "adam", "10", "1", "10", "111.50"],
        ["conditional VAE", "128", "0.001", "adam", "10", "0.5", "10", "102.25"],
        ["conditional VAE, the document's choice", "256", "0.001", "adam", "10", "1", "10", "112.50"],
    ]


def test_the_best_of_each_family_is_that_of_the_lowest_fid_however_it_was_sampled():
    content = vector_quantised_record("mnist")
    best = vector_quantised.best(record("vector-quantised", content))
    fids = {name: found["samplers"]["prior"]["fid"]["mean"] for name, found in content["models"].items()}
    assert [(name.text, name.note, fid.text) for name, fid, _ in best] == [
        ("VAE, D = 2, by regions", "vae-2", "2.50 ± 0.71"),
        ("β-VAE, D = 2", "beta-vae-2", f"{fids['beta-vae-2']:.2f} ± 0.09"),
        ("VQ-VAE, D = 8, K = 10", "vq-vae-8-10", f"{fids['vq-vae-8-10']:.2f}"),
    ]
    del content["models"]["beta-vae-2"]
    assert len(vector_quantised.best(record("vector-quantised", content))) == 2


def test_codes_are_compared_with_even_guessing():
    text = text_of(vector_quantised, record("vector-quantised", vector_quantised_record("mnist")))
    assert "How the VQ-VAE, D = 16, K = 128 uses its codes" in text
    assert "the β-VAEs have β = 2:" in text
    assert "of 128 were used equally often" in text and "guessing evenly would cost 4.85." in text  # log 128


def test_what_a_model_does_not_have_is_an_empty_cell():
    found = record("vector-quantised", vector_quantised_record("mnist"))
    rows = {row[0]: row for row in cells(vector_quantised.images_table(found))}
    assert rows["VAE, D = 8"][6:9] == ["–"] * 3 and "–" not in rows["VAE, D = 8"][4:6]  # noqa: RUF001
    assert rows["VQ-VAE, D = 16, K = 128"][4:6] == ["–"] * 2  # noqa: RUF001
    assert "–" not in rows["VQ-VAE, D = 16, K = 128"][6:]  # noqa: RUF001
    samples = vector_quantised.samples_table(found)
    assert samples.header[4] == "Inception, 1,000 images" and len(samples.rows) == 1 + 6
    assert samples.rows[0][0].text == "training images"


def test_colour_models_stand_in_ascending_beta():
    content = colour_record("flower_patches")
    assert [row[0] for row in cells(colour.models_table(record("colour", content)))] == ["β = 1", "β = 2", "β = 4"]
    text = text_of(colour, record("colour", content))
    assert text.index("Flower patches are not Flowers 102") < text.index("The same kind of model")
    ends = [content["models"][beta]["recall"]["mean"] for beta in ("1", "4")]
    assert "From β = 1 to β = 4 precision goes from" in text
    assert re.search(r"recall from {:.4f} ± \S+ to {:.4f} ±".format(*ends), text)
    assert "It is lowest for β = 2, with 0.3750 ± 0.1768" in text and "were drawn by chance" in text
    assert "of that of the mean image, 80.0000." in text and "test images it is 0.5000." in text
    text = text_of(colour, record("colour", {**content, "features": "classifier"}))
    assert "with 0.38 ± 0.18" in text and "were drawn by chance" not in text


def test_figures_without_a_caption_are_links_and_those_of_other_datasets_absent():
    names = ("colour/flower_patches/samples", "colour/flower_patches/inception-score", "colour/other/samples")
    figures = {name: (png((4, 3)), f"{name}.png") for name in names}
    own = record("colour", colour_record("flower_patches"))
    found = gallery(study(figures=figures), own, {"samples": "a", "b": "c"})
    assert [(picture.href, text) for picture, text in found["pictures"]] == [
        ("colour/flower_patches/samples.png", "Flower patches: a")
    ]
    assert found["others"] == [("inception score", "colour/flower_patches/inception-score.png")]


def test_a_figure_loses_detail_only_where_that_is_smaller(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for name, pixels in {"noise": noise, "flat": np.full_like(noise, 9)}.items():
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
        content = (tmp_path / f"{name}.png").read_bytes()
        lossless, small = (from_png(content, "", quality) for quality in (None, 30))
        assert len(small.uri) < len(lossless.uri) if name == "noise" else small == lossless


def test_the_joint_page_leads_to_the_records_and_figures(joint_page):
    page = joint_page.read_text(encoding="utf-8")
    for stage, (_, datasets) in RECORDS.items():
        for dataset in datasets:
            path = f"../metrics/{stage}/{dataset}.json"
            assert f'href="{path}"' in page and f"dvc repro {stage}@{dataset}" in page
            assert json.loads((joint_page.parent / path).read_text())["dataset"] == dataset
    assert '<a href="conditional/usps/samples.png"><img' in page
    assert '<a href="conditional/usps/reconstructions-vae.png">reconstructions vae</a>' in page
    assert "fashion_mnist.json" not in page.partition('id="latent_analysis"')[2].partition('id="reproduction"')[0]
