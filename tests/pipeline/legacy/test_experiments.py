"""The thesis's protocol: which switches each model has, what is published of it, and what it does on real digits."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.experiment.training import TrainingData, train
from pipeline.experiment.yardstick import Classifier, Yardstick
from pipeline.jobs.closure import ROOT
from pipeline.legacy import protocol as legacy_protocol
from pipeline.legacy.measuring import METRICS, LegacyMeasuring, Shared, contrast, measure, metrics, mixes
from pipeline.legacy.protocol import CLAMPED, MEASURED, TRAINED, grid, plan, protocol_of, training
from pipeline.legacy.record import augmented, models_and_ablation
from pipeline.legacy.record import record as record_of
from pipeline.params.loading import load_architectures, load_parameters
from pipeline.published import counterparts
from tfvae.data import load

PARAMETERS = load_parameters(ROOT / "params.yaml")
ARCHITECTURES = load_architectures(ROOT / "architectures.yaml", PARAMETERS)
EVERY = pytest.mark.parametrize(
    ("dataset", "network"), [(d, n) for d in ("digits", "mnist", "fashion_mnist") for n in ("mlp", "cnn")]
)
SHALLOW = {"encoder": [100, 25], "decoder": [25, 100]}
CONSTANT = 5 * (4 * 10 / 11 - np.log(5))  # see pipeline/published/rule.py


def settings_of(dataset="mnist", network="mlp"):
    return PARAMETERS.legacy_experiments.of(dataset, network)


def planned(variant, network="mlp", dataset="mnist"):
    settings = settings_of(dataset, network)
    architecture = getattr(ARCHITECTURES, network).candidate(settings.architecture)
    return training(variant, network, architecture, (28, 28, 1), settings, seed=3)


def variant_of(name, dataset="mnist", network="mlp"):
    [found] = [variant for variant in plan(settings_of(dataset, network)) if variant.name == name]
    return found


def test_every_switch_has_two_values():
    common = PARAMETERS.legacy_experiments.common
    published, corrected = common.published.model_dump(), common.corrected.model_dump()
    assert set(published) == set(corrected) == {*TRAINED, *MEASURED}
    assert all(published[switch] != corrected[switch] for switch in published)
    assert published["learning_rate"] == 1e-4 and corrected["learning_rate"] == PARAMETERS.training.mlp.learning_rate


@EVERY
def test_one_switch_is_corrected_at_a_time(dataset, network):
    settings = settings_of(dataset, network)
    published, corrected = settings.published.model_dump(), settings.corrected.model_dump()
    variants = plan(settings)
    assert len({variant.name for variant in variants}) == len(variants)
    for variant in (variant for variant in variants if not variant.samplers):
        changed = {switch for switch, value in variant.protocol.items() if value != published[switch]}
        assert changed == ({variant.switch} if variant.switch else set())
        assert all(variant.protocol[switch] == corrected[switch] for switch in changed)
        assert variant.steps == settings.steps and variant.likelihood == "squared_error"
        assert variant.seeds == settings.seeds
    assert [variant.switch for variant in variants if variant.switch] == settings.ablated
    assert {variant.model for variant in variants if variant.switch} <= {"0.2", CLAMPED}
    # The model whose switch is corrected is there as published, too.
    assert {"0.2", CLAMPED} <= {variant.model for variant in variants if not variant.switch and not variant.samplers}


@EVERY
def test_the_grid_has_the_published_protocol_and_other_architectures(dataset, network):
    settings, names = settings_of(dataset, network), ["e0-d0", "e5-d1"]
    variants = grid(settings.model_copy(update={"grid_seeds": [4, 2]}), names)
    assert [variant.candidate for variant in variants] == names
    assert not {variant.name for variant in variants} & {variant.name for variant in plan(settings)}
    for variant in variants:
        assert variant.protocol == settings.published.model_dump() and variant.beta == 1
        assert (variant.seeds, variant.steps, variant.switch, variant.samplers) == ([4, 2], settings.steps, "", False)


@EVERY
def test_samplers_are_compared_under_the_corrected_protocol(dataset, network):
    settings = settings_of(dataset, network)
    variants = [variant for variant in plan(settings) if variant.samplers]
    assert bool(variants) == (network == "mlp")
    for variant in variants:
        corrected = {**settings.corrected.model_dump(), "learning_rate": variant.protocol["learning_rate"]}
        assert variant.protocol == corrected and variant.beta == settings.ablated_beta
        assert variant.seeds == settings.augmented_seeds


def test_switches_that_concern_measuring_are_corrected_one_at_a_time():
    published = settings_of().published.model_dump()
    assert protocol_of(settings_of()) == published
    for switch in MEASURED:
        protocol = protocol_of(settings_of(), switch)
        assert {name for name, value in protocol.items() if value != published[name]} == {switch}
        assert protocol[switch] == settings_of().corrected.model_dump()[switch]


def test_the_thesis_s_mnist_model():
    one = planned(variant_of("0.2"))
    assert one.configuration["network"] == "mlp" and one.configuration["encoder"] == [175, 150, 125, 100, 75, 50, 25]
    assert one.configuration["posterior"] == {"name": "relu_gaussian", "latent_dim": 5}
    assert one.schedule == {
        "beta": 0.2, "batch_size": 64, "learning_rate": 1e-4, "batches": "cyclic", "epsilons": "frozen",
        "restart_steps": 500,
    }  # fmt: skip
    assert (one.seed, one.steps, one.periods) == (3, 5000, 10)


@pytest.mark.parametrize(
    ("name", "network", "part", "key", "expected"),
    [
        ("0.2-posterior_heads", "mlp", "configuration", "posterior", {"name": "diagonal_gaussian", "latent_dim": 5}),
        ("0.2-epsilons", "mlp", "schedule", "epsilons", "all_random"),
        ("0.2-batches", "mlp", "schedule", "batches", "shuffled"),
        ("0.2-batches", "mlp", "schedule", "restart_steps", None),
        ("0.2-learning_rate", "mlp", "schedule", "learning_rate", 1e-3),
        ("0.2", "cnn", "configuration", "network", "thesis_cnn"),
        ("0.2-decoder", "cnn", "configuration", "network", "cnn"),
        (CLAMPED, "cnn", "configuration", "network", "thesis_cnn"),
        (CLAMPED, "mlp", "configuration", "posterior", {"name": CLAMPED, "latent_dim": 5, "concentration": 5}),
        (
            f"{CLAMPED}-stick_breaking",
            "mlp",
            "configuration",
            "posterior",
            {"name": "stick_breaking", "latent_dim": 5, "concentration": 5},
        ),
        (CLAMPED, "mlp", "schedule", "beta", 1),
        ("squared_error-0.001-5000", "mlp", "schedule", "epsilons", "all_random"),
        ("bernoulli-0.001-5000", "mlp", "configuration", "likelihood", "bernoulli"),
    ],
)  # fmt: skip
def test_what_a_switch_means(name, network, part, key, expected):
    assert getattr(planned(variant_of(name, network=network), network), part)[key] == expected


def test_both_modules_name_the_stick_breaking_model_alike():
    assert counterparts.CLAMPED == legacy_protocol.CLAMPED


@pytest.mark.parametrize(
    ("network", "model", "dataset", "mixed"),
    [
        ("mlp", "0.2", "mnist", False), ("cnn", CLAMPED, "mnist", False), ("mlp", "0.2", "fashion_mnist", False),
        ("mlp", CLAMPED, "fashion_mnist", True), ("cnn", "5", "fashion_mnist", True),
    ],
)  # fmt: skip
def test_which_notebooks_mixed_two_classifiers(network, model, dataset, mixed):
    assert mixes(network, model, dataset, "mnist") is mixed


MEASUREMENT = {
    "last_batch": {"mse": 30.0, "kl": 2.0},
    "test_set": {"mse": 40.0, "kl": 3.0},
    "trained_noise": 31.0,
    "fid": {"prior": {"same_dataset": 5.0, "other_dataset": 50.0}, "scaled": {"same_dataset": 7.0}},
    "contrast": {"prior": 0.5, "scaled": 0.75},
    "tvd_max": {"nonzero": 0.25, "all": 0.5},
}


def test_a_protocol_decides_what_is_published():
    published = settings_of().published.model_dump()
    values = metrics(MEASUREMENT, 0.5, published)
    assert values == {"loss": 31, "mse": 30, "beta_x_kl": 1, "fid": 50, "fid_scaled": 7, "tvd_max": 0.25}
    corrected = metrics(MEASUREMENT, 0.5, settings_of().corrected.model_dump())
    assert corrected == {"loss": 41.5, "mse": 40, "beta_x_kl": 1.5, "fid": 5, "fid_scaled": 7, "tvd_max": 0.5}
    assert set(values) == set(METRICS)


def test_a_record_has_every_model_and_every_correction():
    settings = settings_of()
    variants = plan(settings)
    runs = [MEASUREMENT, {**MEASUREMENT, "last_batch": {"mse": 32.0, "kl": 2.0}}]
    record = models_and_ablation(variants, {variant.name: runs for variant in variants}, settings)
    assert list(record["models"]) == ["0.2", "0.5", "2", "5", CLAMPED] == list(record["ablation"])
    assert record["models"]["0.2"]["mse"]["values"] == [30, 32] and record["models"]["5"]["loss"]["mean"] == 41
    assert record["models"]["2"]["mse_trained_noise"]["mean"] == 31
    trained = [switch for switch in TRAINED if switch not in ("stick_breaking", "decoder")]
    assert set(record["ablation"]["0.2"]) == {*trained, *MEASURED}
    assert set(record["ablation"]["0.5"]) == set(MEASURED)
    assert set(record["ablation"][CLAMPED]) == {"stick_breaking", *MEASURED}
    assert record["ablation"]["0.5"]["losses"]["mse"]["mean"] == 40
    assert record["ablation"]["0.5"]["losses"]["fid"]["mean"] == 50


def test_the_grid_is_told_by_candidate_and_is_no_model_of_the_thesis():
    settings = settings_of()
    variants = [*plan(settings), *grid(settings, ["e0-d0", "e1-d1"])]
    runs = {variant.name: [MEASUREMENT] for variant in variants}
    runs["grid-e1-d1"] = [{**MEASUREMENT, "tvd_max": {"nonzero": 0.75, "all": 1.0}}]
    record = record_of(variants, runs, settings)
    assert list(record["grid"]) == ["e0-d0", "e1-d1"] and record["grid_seeds"] == settings.grid_seeds
    assert [of["tvd_max"]["values"] for of in record["grid"].values()] == [[0.25], [0.75]]
    assert record["grid"]["e0-d0"]["fid"]["mean"] == 50 and record["grid"]["e0-d0"]["beta_x_kl"]["mean"] == 2
    without = record_of(plan(settings), runs, settings)
    assert without["grid"] == {} and all(record[name] == without[name] for name in without if name != "grid")


def test_an_entry_of_the_samplers():
    entry = augmented(replace(variant_of("bernoulli-0.001-5000"), seeds=[4]), [MEASUREMENT])
    assert (entry["likelihood"], entry["learning_rate"], entry["steps"]) == ("bernoulli", 1e-3, 5000)
    assert entry["seeds"] == [4]
    assert entry["prior"]["fid"]["mean"] == 5 and entry["scaled"]["contrast"]["mean"] == 0.75
    assert (entry["mse"]["mean"], entry["kl"]["mean"]) == (40, 3)


def test_contrast_by_hand():
    assert contrast(np.array([[0.0, 1.0], [0.5, 0.25]], np.float32)) == pytest.approx((1 + 1 + 0 + 0.5) / 4)


@pytest.fixture(scope="module")
def digits():
    """The digits, measured by a classifier of random weights, for both datasets another one."""
    from tfvae.networks.classifier import classifier
    from tfvae.networks.layers import initialize

    data, configuration = load("digits"), {"image_shape": [28, 28, 1], "num_classes": 10}
    classifiers = []
    for seed in (0, 1):
        network = classifier(**configuration)
        initialize(network, seed, "classifier weights")
        classifiers.append(Classifier(configuration, network.get_weights()))
    features, probabilities = classifiers[0].extractor()(data.x_test)
    labels = probabilities.argmax(axis=1)
    yardstick = Yardstick(data.x_train, data.x_test, classifiers[0], features, labels, 1.0)
    return Shared(yardstick, classifiers[1], images=200, scale=100, components=2)


@pytest.fixture
def trained(digits, monkeypatch, alone):
    """Return a function that trains and measures a variant of the digits, ten times as fast as the thesis's."""
    monkeypatch.setattr("tfvae.training.runtime.use_one_core", lambda: None)

    def result(name, steps, mixed=False, progress=alone, **changes):
        one = planned(variant_of(name, "digits"), dataset="digits")
        configuration = {**one.configuration, **changes}
        schedule = {**one.schedule, "learning_rate": 1e-3}
        short = replace(one, configuration=configuration, schedule=schedule, steps=steps, periods=2)
        model = train(short, TrainingData(digits.yardstick.x_train), progress)
        measured = measure(LegacyMeasuring(short, samplers=False, mixed=mixed), model, digits)
        return short, {"weights": model["weights"][""], "history": model["history"][""], "measured": measured}

    return result


def test_the_clamped_model_learns_nothing_but_the_mean_image(digits, trained):
    from tfvae.models import build_vae

    one, result = trained(CLAMPED, 200, mixed=True)
    measured, pixels = result["measured"], digits.yardstick.x_train / 255.0
    assert measured["last_batch"]["kl"] == pytest.approx(CONSTANT, abs=5e-5)
    assert measured["test_set"]["kl"] == pytest.approx(CONSTANT, abs=5e-5)
    assert [row["kl"] for row in result["history"]] == pytest.approx([CONSTANT] * 2, abs=5e-5)
    untrained = build_vae(one.configuration, one.seed).encoder.get_weights()
    for before, after in zip(untrained, result["weights"], strict=False):  # the encoder's come first
        np.testing.assert_array_equal(before, after)
    # Of the last batch of the period, images 6336 to 6399 of the endless row of 1,437.
    batch = pixels[np.arange(99 * 64, 100 * 64) % len(pixels)]
    variance = np.square(batch - pixels.mean(axis=0)).sum(axis=(1, 2, 3)).mean()
    assert measured["last_batch"]["mse"] == pytest.approx(variance, rel=0.03)
    assert set(measured["fid"]["prior"]) == {"same_dataset", "other_dataset"}
    assert measured["fid"]["prior"]["same_dataset"] != pytest.approx(measured["fid"]["prior"]["other_dataset"], rel=0.1)


def test_frozen_noise_is_learnt_by_heart(trained):
    """Test images are decoded as well as the last batch with the noise of training, and badly with any other."""
    frozen, fresh = (trained(name, 400, **SHALLOW)[1]["measured"] for name in ("0.2", "0.2-epsilons"))
    assert frozen["trained_noise"] < 1.2 * frozen["last_batch"]["mse"]
    assert frozen["test_set"]["mse"] > 1.4 * frozen["trained_noise"]
    assert "trained_noise" not in fresh
    assert fresh["test_set"]["mse"] < 1.2 * fresh["last_batch"]["mse"]
    assert frozen["contrast"]["scaled"] > frozen["contrast"]["prior"]


class Interrupted(Exception):
    """Raised where a process would be killed."""


class Memory:
    """Progress that is interrupted when it first keeps something, and goes on from there."""

    def __init__(self):
        self.kept, self.reported = None, 0

    def report(self, amount):
        self.reported += amount

    def resume(self):
        return self.kept

    def keep(self, state):
        first, self.kept = self.kept is None, state
        if first:
            raise Interrupted


def test_an_interrupted_model_ends_the_same(trained, alone):
    memory = Memory()
    with pytest.raises(Interrupted):
        trained("0.2", 20, progress=memory, **SHALLOW)
    memory.reported = 0
    again, whole = (trained("0.2", 20, progress=one, **SHALLOW)[1] for one in (memory, alone))
    assert memory.reported == 20 and [row["step"] for row in again["history"]] == [10, 20]
    assert again["history"] == whole["history"] and again["measured"] == whole["measured"]
