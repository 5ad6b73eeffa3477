"""Single parameters: what each may be, and what is said of everything else."""

import copy
import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.params import fields
from pipeline.params.architectures import Architectures
from pipeline.params.loading import ParameterError, load_parameters
from pipeline.params.model_family import OPTIONS, PRIORS, Objective
from pipeline.params.schema import Parameters
from pipeline.params.variants import CHANGES, Variant
from pipeline.stage import number
from tests.pipeline.params.json_schema import permits, schemas_at
from tests.pipeline.params.parameter_files import (
    BASE,
    BASES,
    EACH_FILE,
    FILES,
    as_written,
    at,
    dotted,
    load,
    loaded,
    may_be_absent,
    paths,
    refusal,
    replaced,
    without,
)

# Wrong wherever the schema does not allow the like; nowhere does it allow free text.
WRONG = [
    None, True, False, 1, -1, -0.5, 0.5, 2, 10**12, 1e12, float("nan"), float("inf"), -float("inf"), {}, {"key": 1},
    [], [None], [[]], [{}], [1], "", "1", "0.5", "two", "a; touch x", "../x", "$(touch x)", "`touch x`", "a\nb",
]  # fmt: skip
FORM = "the shortest form, of at most 6 digits, names stages and files"


def wrong_values(file):
    """Yield (path, value) of what makes a base wrong."""
    for path, value in paths(BASES[file]):
        if not isinstance(value, dict):
            schemas = schemas_at(file, path)
            yield from ((path, wrong) for wrong in WRONG if not permits(schemas, wrong))


def mappings(base):
    return [(), *(path for path, value in paths(base) if isinstance(value, dict))]


def test_there_are_thousands_of_wrong_values():
    numbers = {file: len(list(wrong_values(file))) for file in BASES}
    assert numbers.pop("architectures") > 1000 and sum(numbers.values()) > 5000


@EACH_FILE
def test_wrong_values_are_refused_by_name_in_one_line(file):
    for path, wrong in wrong_values(file):
        head, *lines = refusal(replaced(path, wrong, file), file).splitlines()
        assert head == f"{FILES[file]}:" and dotted(path) in lines[0], (path, wrong, lines)
        # What is wrong in several entries of a list, or makes other things not fit, is told for each.
        assert len(lines) == 1 or isinstance(wrong, list) or path[0] in ("datasets", "searched"), (path, wrong, lines)


@EACH_FILE
def test_missing_keys_are_refused_by_name(file):
    for mapping in mappings(BASES[file]):
        for key in at(BASES[file], mapping):
            path = (*mapping, key)
            if may_be_absent(path):
                continue
            message = refusal(without(path, file), file)
            if mapping[-1:] in (("encoders",), ("decoders",)):
                # No key has to be there, but a candidate that names it is wrong then.
                assert f"{mapping[0]}.candidates" in message and key in message
            else:
                assert dotted(path) in message


@EACH_FILE
@pytest.mark.parametrize("key", ["unknown_key", "../x", "a; touch x", "Beta", "", 3, None, 0.5])
def test_unknown_keys_are_refused_by_name(file, key):
    for mapping in mappings(BASES[file]):
        assert dotted((*mapping, key)) in refusal(replaced((*mapping, key), 1, file), file)


def test_a_name_of_the_schema_s_own_is_no_key():
    assert "manifolds" in refusal(replaced(("manifolds", "(datasets)"), 1))


def test_a_field_stands_where_it_belongs():
    for path in (("manifolds", "digits", "mlp", "points"), ("manifolds", "common", "steps")):
        assert f"{dotted(path)}: there is no such parameter" in refusal(replaced(path, 30))


@settings(max_examples=300)
@given(
    place=st.sampled_from([(file, path) for file in BASES for path, _ in paths(BASES[file])]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner),
        max_leaves=5,
    ),
)
def test_anything_else_is_accepted_or_refused_but_never_fails(place, value):
    file, path = place
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            accepted = loaded(replaced(path, value, file), file)
        except ParameterError:
            return
    # What is accepted has been taken over as it is: no text has become a number.
    taken = at(as_written(accepted), path)
    assert taken == value and (isinstance(value, (list, dict)) or isinstance(taken, str) == isinstance(value, str))


# What YAML makes of a spelling is one number, and that has one name.
SPELLINGS = {
    "0": "0", "-0": "0", "1": "1", "+1": "1", "0x1": "1", "0b11": "3", "1_0": "10", "017": "17", "1000": "1000",
    "0.2": "0.2", "0.30": "0.3", ".5": "0.5", "+.5": "0.5", "0.1_0": "0.1", "1e-1": "0.1", "1E-3": "0.001",
    "0.00001": "1e-05", "1e-5": "1e-05", "999.999": "999.999", "2.50001": "2.50001",
}  # fmt: skip


@pytest.mark.parametrize(("written", "name"), SPELLINGS.items())
def test_every_spelling_of_a_beta_gives_one_name(tmp_path, written, name):
    assert str(load(tmp_path, with_beta(written)).beta) == name


def with_beta(written):
    """Return params.yaml with another beta."""
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    assert "\nbeta: 1\n" in text
    return text.replace("\nbeta: 1\n", f"\nbeta: {written}\n")


@settings(max_examples=500)
@given(st.floats(0, 1000) | st.integers(0, 1000) | st.decimals(0, 1000, places=5).map(float))
def test_a_beta_has_one_name_which_gives_it_back(beta):
    """In the names of stages and paths as DVC writes them, and back from the command line of a stage."""
    check = TypeAdapter(fields.Beta)
    try:
        taken = check.validate_python(beta)
    except ValidationError as error:
        shortest = re.search("write (.*) instead of", str(error))[1]
        assert float(shortest) == pytest.approx(beta, rel=1e-5) and shortest != str(beta)
        taken = check.validate_python(number(shortest))  # what the message says to write is right
    name = str(taken)
    back = number(name)
    assert back == taken and str(back) == name
    assert re.fullmatch(r"(\d+|\d+\.\d*[1-9]|\d(\.\d+)?e-\d+)", name)
    assert len(name.split("e")[0].replace(".", "").strip("0")) <= 6
    assert YAML(typ="safe").load(name) == taken  # and as DVC reads it where `-S` has put it


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("two", "beta: a number from 0 to 1000 is needed. Received: 'two'"),
        ("'2'", "beta: a number from 0 to 1000 is needed. Received: '2'"),
        ("2.0", f"beta: write 2 instead of 2.0: {FORM}. Received: 2.0"),
        ("2e0", f"beta: write 2 instead of 2.0: {FORM}. Received: 2.0"),
        ("-0.0", f"beta: write 0 instead of -0.0: {FORM}. Received: -0.0"),
        (
            "0.30000000000000004",
            f"beta: write 0.3 instead of 0.30000000000000004: {FORM}. Received: 0.30000000000000004",
        ),
        ("0.1234567", f"beta: write 0.123457 instead of 0.1234567: {FORM}. Received: 0.1234567"),
        ("999.9999", f"beta: write 1000 instead of 999.9999: {FORM}. Received: 999.9999"),
        (".5e1", "beta: a number from 0 to 1000 is needed. Received: '.5e1'"),
        ("nan", "beta: a number from 0 to 1000 is needed. Received: 'nan'"),
        ("1e999", "beta: a number from 0 to 1000 is needed. Received: inf"),
        ("-0.5", "beta: a number from 0 to 1000 is needed. Received: -0.5"),
        (".nan", "beta: a number from 0 to 1000 is needed. Received: nan"),
        (".inf", "beta: a number from 0 to 1000 is needed. Received: inf"),
        ("1001", "beta: a number from 0 to 1000 is needed. Received: 1001"),
        ("true", "beta: a number from 0 to 1000 is needed. Received: True"),
        ("[1, 2]", "beta: a number from 0 to 1000 is needed. Received: [1, 2]"),
        ("", "beta: a number from 0 to 1000 is needed. Received: None"),
        ("a; touch x", "beta: a number from 0 to 1000 is needed. Received: 'a; touch x'"),
    ],
)
def test_betas_of_another_form_are_explained(tmp_path, written, message):
    with pytest.raises(ParameterError) as caught:
        load(tmp_path, with_beta(written))
    assert str(caught.value).splitlines()[1:] == [f"  {message}"]


def test_betas_of_lists_follow_the_same_rule():
    path = ("manifolds", "common", "betas")
    assert "manifolds.common.betas.1: write 2 instead of 2.0" in refusal(replaced(path, [0.2, 2.0]))
    assert "manifolds.common.betas: every entry may stand there once" in refusal(replaced(path, [1, 1]))


def test_a_convolution_is_not_also_told_to_be_a_pooling():
    path = ("cnn", "encoders", "e5", 0)
    lines = refusal(replaced((*path, "kernel"), -1, "architectures"), "architectures").splitlines()[1:]
    assert len(lines) == 1 and lines[0].startswith(f"  {dotted(path)}.kernel: ")


def test_all_mistakes_are_told_at_once():
    content = copy.deepcopy(BASE)
    content["beta"], content["model"]["latent_dim"], content["extra"] = "two", 0, 1
    lines = refusal(content).splitlines()
    assert lines[0] == "params.yaml:" and len(lines) == 4
    assert {line.strip().split(":")[0] for line in lines[1:]} == {"beta", "model.latent_dim", "extra"}


def test_parameters_cannot_be_changed():
    parameters = load_parameters(ROOT / "params.yaml")
    with pytest.raises(ValueError, match="frozen"):
        parameters.beta = 3
    with pytest.raises(ValueError, match="frozen"):
        parameters.training.mlp.xla = True


# What a variant leaves as the study has it, and an objective because its model has no such option.
MAY_BE_ABSENT = {
    Variant.__name__: {*CHANGES},
    Objective.__name__: {"posterior", "latent_dim", "likelihood"}.union(*OPTIONS.values(), *PRIORS.values()),
}


def test_no_parameter_has_a_default():
    waiting, seen = [Parameters, Architectures], set()
    while waiting:
        model = waiting.pop()
        seen.add(model)
        if model.__module__.startswith("pipeline.records"):  # no parameters
            continue
        absent = {name for name, field in model.model_fields.items() if not field.is_required()}
        # Of a section: DVC sees those of the study, which have no default.
        assert absent <= MAY_BE_ABSENT.get(model.__name__, {"precision"}), model
        extra = "allow" if issubclass(model, fields.PerDataset) else "forbid"  # where keys are datasets
        assert model.model_config["extra"] == extra and model.model_config["frozen"]
        waiting += [
            section for section in fields.Section.__subclasses__() + model.__subclasses__() if section not in seen
        ]
    assert len(seen) > 10 and Parameters.model_fields["precision"].is_required()
