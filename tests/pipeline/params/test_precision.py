"""The precision of each section: its own, that of the study, or what the machine computes fastest."""

import json
import sys

import pytest

from pipeline import check_parameters
from pipeline.jobs.closure import ROOT
from pipeline.params import precision
from pipeline.params.loading import load_parameters
from tests.pipeline.params.parameter_files import COMMITTED, CONTENTS, TEXTS, copy_files, load_from, paths, refusal

# What the committed files pin: the published study's own format, and models too small to gain from another.
PINNED = {
    "latent_analysis.digits.dense", "latent_analysis.digits.binary", "latent_analysis.mnist.dense",
    "latent_analysis.mnist.binary", "legacy_experiments.digits.mlp", "objectives.common", "disentanglement.common",
}  # fmt: skip
SECTIONS = PINNED | {
    "training.mlp", "training.cnn", "conditional.common", "vector_quantised.common", "vector_quantised.common.prior",
    "colour.common", "own_images.common", "hyperparameter_search.common",
    "latent_analysis.digits.convolutional", "latent_analysis.mnist.convolutional",
    "legacy_experiments.digits.cnn", "legacy_experiments.mnist.mlp",
    "legacy_experiments.mnist.cnn", "legacy_experiments.fashion_mnist.mlp", "legacy_experiments.fashion_mnist.cnn",
}  # fmt: skip


@pytest.fixture
def machine(monkeypatch):
    """Return a function that lets this machine compute one precision fastest."""
    return lambda fast: monkeypatch.setattr(precision, "fast_precision", lambda: fast)


def found(parameters):
    """Return {section: precision} of all parameters."""
    written = json.loads(parameters.model_dump_json())
    return {".".join(path[:-1]): value for path, value in paths(written) if path[-1] == "precision"}


def load_changed(folder, change):
    """Return the parameters of the committed files, with `change` made to the text of params.yaml."""
    copy_files(folder)
    after = change(TEXTS["params"])
    assert after != TEXTS["params"]
    (folder / "params.yaml").write_text(after, encoding="utf-8")
    return load_parameters(folder / "params.yaml")


def pin(wanted):
    """Return the change that `dvc exp run -S precision=...` makes."""
    return lambda text: text.replace("\nprecision: auto\n", f"\nprecision: {wanted}\n")


@pytest.mark.parametrize("fast", ["bfloat16", "float32"])
def test_auto_is_what_the_machine_computes_fastest_but_where_a_section_pins(machine, fast):
    machine(fast)
    expected = {section: "float32" if section in PINNED else fast for section in SECTIONS}
    assert found(load_parameters(ROOT / "params.yaml")) == {"": fast, **expected}


@pytest.mark.parametrize("fast", ["bfloat16", "float32"])
@pytest.mark.parametrize("wanted", ["bfloat16", "float32"])
def test_a_pin_of_the_study_counts_on_every_machine_for_all_that_pins_nothing(machine, tmp_path, wanted, fast):
    machine(fast)
    values = found(load_changed(tmp_path, pin(wanted)))
    assert values == {"": wanted, **{one: "float32" if one in PINNED else wanted for one in SECTIONS}}


def test_a_section_pins_its_own(machine, tmp_path):
    machine("bfloat16")
    pinned = "\n  cnn:\n    precision: float32\n"
    parameters = load_changed(tmp_path, lambda text: text.replace("\n  cnn:\n", pinned, 1))
    values = found(parameters)
    assert {one for one, value in values.items() if value == "float32"} == {*PINNED, "training.cnn"}
    assert (parameters.training.mlp.precision, parameters.training.cnn.precision) == ("bfloat16", "float32")


def test_settings_of_a_dataset_have_the_precision_of_their_section(machine):
    machine("bfloat16")
    parameters = load_parameters(ROOT / "params.yaml")
    assert parameters.vector_quantised.of("mnist").prior.precision == "bfloat16"
    assert parameters.conditional.of("usps").precision == parameters.colour.of("flowers102").precision == "bfloat16"
    assert parameters.legacy_experiments.of("digits", "mlp").precision == "float32"
    assert parameters.legacy_experiments.of("digits", "cnn").precision == "bfloat16"
    assert vars(parameters.training.mlp) == {**COMMITTED["training"]["mlp"], "precision": "bfloat16"}


def test_nothing_else_is_resolved(machine):
    machine("float32")
    resolved = load_parameters(ROOT / "params.yaml").model_dump(exclude_unset=True)
    written = load_from(ROOT, "params").model_dump(exclude_unset=True)
    known = dict(paths(written))
    for path, value in paths(resolved):
        if path[-1] != "precision" and not isinstance(value, dict):
            assert known.pop(path) == value
    assert all(path[-1] == "precision" or isinstance(value, dict) for path, value in known.items())


@pytest.mark.parametrize("wrong", ["null", "auto", "float16", "1"])
def test_a_section_pins_a_number_format_or_nothing(tmp_path, wrong):
    section = {**CONTENTS["params"]["training"]["cnn"], "precision": {"null": None, "1": 1}.get(wrong, wrong)}
    content = {**CONTENTS["params"], "training": {**CONTENTS["params"]["training"], "cnn": section}}
    assert "training.cnn.precision: input should be 'float32' or 'bfloat16'" in refusal(content, others=CONTENTS)


def test_the_study_needs_a_precision():
    content = {name: value for name, value in CONTENTS["params"].items() if name != "precision"}
    assert "precision: this parameter is missing" in refusal(content, others=CONTENTS)


@pytest.mark.parametrize(
    ("wanted", "fast", "warned"),
    [("bfloat16", "float32", True), ("bfloat16", "bfloat16", False), ("float32", "float32", False)],
)
def test_a_pin_to_what_the_machine_may_only_emulate_is_warned_of(
    machine, tmp_path, monkeypatch, capsys, wanted, fast, warned
):
    machine(fast)
    load_changed(tmp_path, pin(wanted))
    files = ["--parameters", "params.yaml", "--architectures", "architectures.yaml", "--marker", "marker"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["check_parameters", *files])
    check_parameters.main()
    assert capsys.readouterr().out.startswith("warning: the parameters pin bfloat16") is warned


def test_auto_warns_nowhere(machine):
    machine("float32")
    assert not precision.emulates_bfloat16(load_parameters(ROOT / "params.yaml"))
