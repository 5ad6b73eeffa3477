"""Parameters that are right each by itself: whether they fit together."""

import copy

import pytest

from pipeline.jobs.closure import ROOT
from pipeline.params.loading import ParameterError, load_architectures
from tests.pipeline.params.parameter_files import (
    BASE,
    BASES,
    CONTENTS,
    dotted,
    file_of,
    load,
    loaded,
    refusal,
    replaced,
)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("datasets",), ["digits", "imagenet"], "datasets.1: known datasets are digits, fashion_mnist, mnist"),
        (("datasets",), ["digits", "usps"], "datasets.1: known datasets are digits, fashion_mnist, mnist"),
        (("datasets",), ["digits", "digits"], "datasets: every entry may stand there once"),
        (("latent_datasets",), ["usps"], "latent_datasets.0: known datasets are digits, fashion_mnist, mnist"),
        (("conditional_datasets",), ["imagenet"], "conditional_datasets.0: known datasets are digits, fashion"),
        (("conditional", "digits", "epochs"), [5], "conditional.digits: first_trial.epochs must be one of the values"),
        (("conditional", "common", "space", "beta"), [2], "first_trial.beta must be one of the values to try."),
        (("conditional", "digits", "images"), 63, "conditional.digits.images: a classifier is trained on them"),
        (("classified",), ["usps"], "classified: digits, which stands in 'datasets', must stand here too"),
        (("classified",), ["digits", "usps"], "train_fid_classifier.usps: every dataset of the study needs its entry"),
        (("conditional_datasets",), ["usps"], "classified: usps, which stands in 'conditional_datasets', must stand"),
        (("fetched",), ["digits"], "fetched: flower_patches, which stands in 'colour_datasets', must stand here too"),
        (("colour_datasets",), ["flowers102"], "fetched: flowers102, which stands in 'colour_datasets', must stand"),
        (("vector_quantised_datasets",), ["usps"], "vector_quantised_datasets.0: known datasets are digits, fashion"),
        (("vector_quantised", "common", "shown_codes"), 11, "vector_quantised.common.codes: must hold 11"),
        (("vector_quantised", "digits", "few_images"), 1001, "few_images must be at most as many as images"),
        (("vector_quantised", "digits", "neighbour_images"), 5, "neighbours must be fewer than neighbour_images"),
        (("colour", "flower_patches", "neighbour_images"), 2001, "neighbours must be fewer than neighbour_images"),
        (("colour", "flower_patches", "preparation", "size"), 30, "preparation.size: input should be a multiple of 4"),
        (("datasets",), ["digits", "mnist"], "'searched' and 'transferred' together must name every entry"),
        (("searched",), ["mnist"], "'searched' and 'transferred' together must name every entry"),
        (("transferred",), ["digits"], "'searched' and 'transferred' together must name every entry"),
        (("transferred",), ["mnist"], "'searched' and 'transferred' together must name every entry"),
        (("main_experiments", "digits", "mlp", "seeds"), [], "main_experiments.digits.mlp.seeds:"),
        (("main_experiments", "digits", "mlp", "seeds"), [0, 0], "seeds: every entry may stand there once"),
        (("main_experiments", "digits", "mlp", "seeds"), [2**31], "main_experiments.digits.mlp.seeds.0:"),
        (
            ("main_experiments", "digits", "mlp", "steps"),
            1501,
            "main_experiments.digits.mlp: steps must be a multiple of common.periods. Received: 1501 and 10",
        ),
        (("stick_breaking", "common", "periods"), 7, "stick_breaking.digits.cnn: steps must be a multiple"),
        (("variants", "common", "periods"), 7, "variants.digits.models.dense: steps must be a multiple"),
        (("variants", "digits", "models"), {}, "variants.digits.models: dictionary should have at least 1 item"),
        (("variants", "digits", "models", "dense-end", "network"), "mlp", "dense-end.decoder_end: only"),
        (("variants", "digits", "models", "dense", "sticks"), 9, "models.dense: sticks and concentration need"),
        (("variants", "digits", "models", "sticks-50", "latent_dim"), 9, "sticks-50.latent_dim: sticks are the dim"),
        (("training", "mlp", "batch_size"), 1437, "training.mlp.batch_size: input should be less than or equal"),
        (("train_fid_classifier", "common", "batch_size"), 1025, "train_fid_classifier.common.batch_size: input"),
        (("manifolds", "digits", "mlp", "steps"), 9, "manifolds.digits.mlp.steps: input should be greater than"),
        (("preliminary_grid", "digits", "mlp", "candidates"), ["e13"], "preliminary_grid.digits.mlp.candidates.0:"),
        (("cnn", "decoders", "d1", "reshape"), [7, 7], "cnn.decoders.d1.reshape:"),
        (("cnn", "candidates"), ["e9-d1"], "cnn.candidates: there is no candidate 'e9-d1'; encoders are e0"),
        (("cnn", "candidates"), ["e0-d1", "e0-d1"], "cnn.candidates: every entry may stand there once"),
        (
            ("cnn", "decoders", "d1", "reshape"),
            [8, 8, 32],
            "cnn.decoders.d1: the decoder starts at 8x8 and its strides multiply that by 4, to 32x32, but images are "
            "28x28",
        ),
        (
            ("cnn", "encoders", "e5", 0, "stride"),
            14,
            "cnn.encoders.e5: layer 1 of the encoder has a window of 3, but only 2x2 reaches it",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_together_is_explained(path, value, message):
    file = file_of(path)
    assert message in refusal(replaced(path, value, file), file)


def test_images_that_train_a_classifier_fill_a_batch():
    content = copy.deepcopy(BASES["vq_vae"])
    content["vector_quantised"]["digits"].update(images=63, few_images=63, neighbour_images=63)
    assert refusal(content, "vq_vae").splitlines() == [
        "params/vq_vae.yaml:",
        "  vector_quantised.digits.images: a classifier is trained on them, so they must be at least "
        "train_fid_classifier.common.batch_size. Received: 63 and 64",
    ]


@pytest.mark.parametrize(
    ("path", "value", "missing"),
    [
        (("preliminary_grid", "digits", "cnn", "candidates"), ["e5-d1", "e9-d1"], "e9-d1"),
        (("pareto_select", "digits", "cnn", "architecture"), "e5-d9", "e5-d9"),
        (("variants", "digits", "models", "dense-end", "architecture"), "e9-d0", "e9-d0"),
    ],
)
def test_candidates_of_the_parameters_must_be_among_the_architectures(path, value, missing):
    file = file_of(path)
    parameters = loaded(replaced(path, value, file), file)
    with pytest.raises(ParameterError) as caught:
        load_architectures(ROOT / "architectures.yaml", parameters)
    _, *lines = str(caught.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"  {dotted(path)}: there is no candidate {missing!r}; encoders are e0, e1")


def test_the_words_all_and_selected_name_no_candidate(tmp_path):
    content = replaced(("preliminary_grid", "digits", "mlp", "candidates"), "all")
    content["pareto_select"]["digits"]["mlp"]["architecture"] = "selected"
    load_architectures(ROOT / "architectures.yaml", load(tmp_path, content))


def test_a_source_of_architectures_must_be_searched():
    content = copy.deepcopy(CONTENTS["params"])
    content["transfer_architecture"]["source"] = "fashion_mnist"
    assert "transfer_architecture.source: must be one of 'searched'" in refusal(content, others=CONTENTS)


@pytest.mark.parametrize(
    "name",
    ["train_fid_classifier", "preliminary_grid", "manifolds", "latent_analysis", "conditional", "vector_quantised"],
)
def test_every_dataset_needs_its_entry(name):
    file = file_of((name,))
    content = copy.deepcopy(CONTENTS[file])
    del content[name]["mnist"]
    message = refusal(content, file, CONTENTS)
    assert name in message and "mnist" in message


def test_a_search_is_needed_only_where_there_is_one():
    content = copy.deepcopy(CONTENTS["params"])
    assert "fashion_mnist" in content["transferred"]
    for section in ("preliminary_grid", "pareto_select"):
        del content[section]["fashion_mnist"]
    assert loaded(content, others=CONTENTS).transferred == content["transferred"]


def test_all_that_does_not_fit_is_told_at_once():
    content = copy.deepcopy(BASES["legacy"])
    content["legacy_experiments"]["common"].update(components=1000, ablated_beta=3)
    content["legacy_experiments"]["digits"]["mlp"].update(images=999, steps=501)
    lines = [line.strip() for line in refusal(content, "legacy").splitlines()]
    assert [line for line in lines if ".mlp" in line] == [
        "legacy_experiments.digits.mlp: all steps must be multiples of period_steps. Received: 100",
        "legacy_experiments.digits.mlp.betas: legacy_experiments.common.ablated_beta must be among them",
        "legacy_experiments.digits.mlp: components must be at most as many as images",
    ]


def test_samplers_that_cannot_work_are_refused():
    """More neighbours than images, or components than samples, would fail only after everything was trained."""
    section, mlp = copy.deepcopy(BASE["augmented_sampling"]), "augmented_sampling.digits.mlp: "
    section["common"].update(components=5, neighbours=5)
    for images, neighbour_images, components, what in (
        (20, 5, 5, "neighb"),
        (10, 20, 5, "neighb"),
        (20, 9, 21, "comp"),
    ):
        section["digits"]["mlp"].update(images=images, neighbour_images=neighbour_images)
        section["common"]["components"] = components
        assert f"{mlp}{what}" in refusal(replaced(("augmented_sampling",), section))
