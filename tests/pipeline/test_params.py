"""The schema: what params.yaml may hold, and what is said of everything else."""

import copy
import math
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline import params
from pipeline.params import ParameterError, load_parameters
from tests.pipeline.closure import ROOT

COMMITTED = YAML(typ="safe", pure=True).load((ROOT / "params.yaml").read_text(encoding="utf-8"))
NETWORKS = ("mlp", "cnn")
FILE = Path("params.yaml")


def without_spare_parts():
    """Return the committed parameters, reduced until each remaining entry is needed.

    Only the digits are studied, and only parts of their candidates are left, so no name may be taken away and every
    mutant below is wrong by the meaning of what is mutated, not because the schema happens to say so.
    """
    content = copy.deepcopy(COMMITTED)
    content.update(datasets=["digits"], searched=["digits"], transferred=[], transfer_architecture={"source": "digits"})
    for section, value in content.items():
        if isinstance(value, dict) and "digits" in value:
            content[section] = {"digits": value["digits"]}
    for network in NETWORKS:
        candidates = content["preliminary_grid"]["digits"][network]["candidates"]
        parts = content["architectures"][network]
        for kind, position in (("encoders", 0), ("decoders", 1)):
            used = {name.split("-")[position] for name in candidates}
            parts[kind] = {name: part for name, part in parts[kind].items() if name in used}
    return content


BASE = without_spare_parts()


def paths(value, path=()):
    """Yield (path, value) of every entry of a nested structure but the whole."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key), entry
        yield from paths(entry, (*path, key))


def at(content, path):
    for key in path:
        content = content[key]
    return content


def replaced(path, value):
    """Return BASE with another value at `path`."""
    content = copy.deepcopy(BASE)
    at(content, path[:-1])[path[-1]] = value
    return content


def without(path):
    """Return BASE without the entry at `path`."""
    content = copy.deepcopy(BASE)
    del at(content, path[:-1])[path[-1]]
    return content


def dotted(path):
    return ".".join(map(str, path))


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# None of these is allowed anywhere: the file holds no free text, no optional value and no nested mapping of other keys.
WRONG_EVERYWHERE = [
    None, {}, {"key": 1}, "", "two", "a; touch x", "../x", "$(touch x)", "`touch x`", "a\nb", [None], [[]], [{}],
    float("nan"), float("inf"), -float("inf"), -1, -0.5,
]  # fmt: skip
# A number may be neither of these: it is no text and no truth value, and no parameter of the study is this large.
WRONG_NUMBERS = [True, False, "1", "0.5", 10**12, 1e12, [1]]
LEAVES = [(path, value) for path, value in paths(BASE) if not isinstance(value, (dict, list))]
LISTS = [(path, value) for path, value in paths(BASE) if isinstance(value, list)]
MAPPINGS = [(), *(path for path, value in paths(BASE) if isinstance(value, dict))]
WRONG_VALUES = [
    *((path, wrong) for path, _ in LEAVES for wrong in WRONG_EVERYWHERE),
    *((path, wrong) for path, value in LEAVES if is_number(value) for wrong in WRONG_NUMBERS),
    *((path, wrong) for path, value in LEAVES if not is_number(value) for wrong in (2, 0.5, ["digits"])),
    *((path, wrong) for path, _ in LISTS for wrong in (None, {}, "two", 1, "a; touch x")),
    # An empty list is wrong but for `transferred`, of which the reduced file is that very case: nothing is mutated.
    *((path, []) for path, value in LISTS if value != []),
]


@pytest.fixture
def refusal(monkeypatch):
    """Return the function that gives load_parameters a content as if YAML had been read, and returns its message."""
    content = {}

    class Reader:
        def __init__(self, **_):
            pass

        def load(self, _):
            return content["value"]

    monkeypatch.setattr(params, "YAML", Reader)
    monkeypatch.chdir(ROOT)

    def refuse(value):
        content["value"] = value
        with pytest.raises(ParameterError) as caught:
            load_parameters(FILE)
        return str(caught.value)

    return refuse


@pytest.fixture
def load(tmp_path):
    """Return a function that writes a content, or a text, and loads it."""

    def write_and_load(content):
        path = tmp_path / "params.yaml"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            with path.open("w", encoding="utf-8") as file:
                YAML().dump(content, file)
        return load_parameters(path)

    return write_and_load


def test_the_committed_file_is_valid():
    parameters = load_parameters(ROOT / "params.yaml")
    assert parameters.beta == COMMITTED["beta"]
    assert parameters.datasets == COMMITTED["datasets"]
    assert parameters.main_experiments["mnist"].mlp.model_dump() == COMMITTED["main_experiments"]["mnist"]["mlp"]


def test_the_reduced_file_is_valid_and_means_what_it_says(load):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dumped = load(BASE).model_dump()
    assert {path: value for path, value in paths(dumped)} == {path: value for path, value in paths(BASE)}


def test_a_candidate_is_its_encoder_and_its_decoder(load):
    candidate = load(BASE).candidate("cnn", "e5-d1")
    assert candidate == {
        "name": "e5-d1",
        "encoder": BASE["architectures"]["cnn"]["encoders"]["e5"],
        "decoder": BASE["architectures"]["cnn"]["decoders"]["d1"],
    }


def test_wrong_values_are_refused_by_name(refusal):
    assert len(WRONG_VALUES) > 2000
    unnamed = [
        (dotted(path), wrong, message)
        for path, wrong in WRONG_VALUES
        if dotted(path) not in (message := refusal(replaced(path, wrong)))
    ]
    assert unnamed == []


def test_missing_keys_are_refused_by_name(refusal):
    for mapping in MAPPINGS:
        for key in at(BASE, mapping):
            path = (*mapping, key)
            message = refusal(without(path))
            if mapping[:1] == ("architectures",) and mapping[-1:] in (("encoders",), ("decoders",)):
                # No key has to be there, but a candidate that names it is wrong then.
                assert f"preliminary_grid.digits.{mapping[1]}.candidates" in message and key in message
            else:
                assert dotted(path) in message


@pytest.mark.parametrize("key", ["unknown_key", "../x", "a; touch x", "Beta", "", 3, None, 0.5])
def test_unknown_keys_are_refused_by_name(refusal, key):
    for mapping in MAPPINGS:
        assert dotted((*mapping, key)) in refusal(replaced((*mapping, key), 1))


@settings(deadline=None, max_examples=200)
@given(
    path=st.sampled_from([path for path, _ in paths(BASE)]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner),
        max_leaves=5,
    ),
)
def test_anything_else_is_accepted_or_refused_but_never_fails(path, value):
    content = replaced(path, value)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("error")
        patch.setattr(params, "YAML", lambda **_: type("Reader", (), {"load": lambda self, text: content})())
        try:
            parameters = load_parameters(ROOT / "params.yaml")
        except ParameterError:
            return
    # What is accepted has been taken over as it is: no text has become a number.
    taken = at(parameters.model_dump(), path)
    assert taken == value and (isinstance(value, (list, dict)) or isinstance(taken, str) == isinstance(value, str))


@pytest.mark.parametrize("beta", [0, 0.2, 1, 0.5, 2, 5, 1000, 1e-3])
def test_betas_of_the_right_form(load, beta):
    loaded = load(replaced(("beta",), beta)).beta
    assert loaded == beta and type(loaded) is type(beta)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("two", "beta: a number from 0 to 1000 is needed. Received: 'two'"),
        ("'2'", "beta: a number from 0 to 1000 is needed. Received: '2'"),
        ("2.0", "beta: write 2 instead of 2.0: DVC would take them for two different values. Received: 2.0"),
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
def test_betas_of_another_form_are_explained(load, written, message):
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    assert "\nbeta: 1\n" in text
    with pytest.raises(ParameterError) as caught:
        load(text.replace("\nbeta: 1\n", f"\nbeta: {written}\n"))
    assert str(caught.value).splitlines()[1:] == [f"  {message}"]


def test_betas_of_lists_follow_the_same_rule(refusal):
    path = ("manifolds", "digits", "mlp", "betas")
    assert "manifolds.digits.mlp.betas.1: write 2 instead of 2.0" in refusal(replaced(path, [0.2, 2.0]))
    assert "manifolds.digits.mlp.betas: every entry may stand there once" in refusal(replaced(path, [1, 1]))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("datasets",), ["digits", "imagenet"], "datasets.1: known datasets are digits, fashion_mnist, mnist"),
        (("datasets",), ["digits", "digits"], "datasets: every entry may stand there once"),
        (("datasets",), ["digits", "mnist"], "'searched' and 'transferred' together must name every entry"),
        (("searched",), ["mnist"], "'searched' and 'transferred' together must name every entry"),
        (("transferred",), ["digits"], "'searched' and 'transferred' together must name every entry"),
        (("transferred",), ["mnist"], "'searched' and 'transferred' together must name every entry"),
        (("main_experiments", "digits", "mlp", "seeds"), [], "main_experiments.digits.mlp.seeds:"),
        (("main_experiments", "digits", "mlp", "seeds"), [0, 0], "seeds: every entry may stand there once"),
        (("main_experiments", "digits", "mlp", "seeds"), [2**31], "main_experiments.digits.mlp.seeds.0:"),
        (("main_experiments", "digits", "mlp", "steps"), 1501, "steps must be a multiple of periods; received 1501"),
        (("stick_breaking", "digits", "cnn", "periods"), 7, "stick_breaking.digits.cnn: steps must be a multiple"),
        (("manifolds", "digits", "mlp", "steps"), 9, "manifolds.digits.mlp.steps: input should be greater than"),
        (("preliminary_grid", "digits", "cnn", "candidates"), ["e9-d1"], "there is no candidate 'e9-d1'; encoders are"),
        (("preliminary_grid", "digits", "mlp", "candidates"), ["e13"], "preliminary_grid.digits.mlp.candidates.0:"),
        (("pareto_select", "digits", "cnn", "architecture"), "e5-d9", "pareto_select.digits.cnn.architecture: there"),
        (("architectures", "cnn", "decoders", "d1", "reshape"), [7, 7], "architectures.cnn.decoders.d1.reshape:"),
        (
            ("architectures", "cnn", "decoders", "d1", "reshape"),
            [8, 8, 32],
            "architectures.cnn.decoders.d1: the decoder starts at 8x8 and its strides multiply that by 4, to 32x32, "
            "but images are 28x28",
        ),
        (
            ("architectures", "cnn", "encoders", "e5", 0, "stride"),
            14,
            "architectures.cnn.encoders.e5: layer 1 of the encoder has a window of 3, but only 2x2 reaches it",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_together_is_explained(refusal, path, value, message):
    assert message in refusal(replaced(path, value))


def test_a_source_of_architectures_must_be_searched(refusal):
    content = copy.deepcopy(COMMITTED)
    content["transfer_architecture"]["source"] = "fashion_mnist"
    assert "transfer_architecture.source must be one of 'searched'" in refusal(content)


@pytest.mark.parametrize("name", ["train_fid_classifier", "preliminary_grid", "manifolds"])
def test_every_dataset_needs_its_entry(refusal, name):
    content = copy.deepcopy(COMMITTED)
    del content[name]["mnist"]
    message = refusal(content)
    assert name in message and "mnist" in message


def test_a_search_is_needed_only_where_there_is_one(load):
    content = copy.deepcopy(COMMITTED)
    for section in ("preliminary_grid", "pareto_select"):
        del content[section]["fashion_mnist"]
    assert load(content).transferred == ["fashion_mnist"]


def test_samplers_that_cannot_work_are_refused(refusal):
    """More neighbours than images, or components than samples, would fail only after everything was trained."""
    path = ("augmented_sampling", "digits", "mlp")
    few = {**at(BASE, path), "images": 20, "components": 5, "neighbours": 5, "neighbour_images": 5}
    assert "augmented_sampling.digits.mlp: " in refusal(replaced(path, few))
    assert "augmented_sampling.digits.mlp: " in refusal(replaced(path, {**few, "neighbour_images": 20, "images": 5}))
    mixed = {**few, "neighbour_images": 20, "components": 21}
    assert "augmented_sampling.digits.mlp: " in refusal(replaced(path, mixed))


def test_all_mistakes_are_told_at_once(refusal):
    content = copy.deepcopy(BASE)
    content["beta"], content["model"]["latent_dim"], content["extra"] = "two", 0, 1
    lines = refusal(content).splitlines()
    assert lines[0] == "params.yaml:" and len(lines) == 4
    assert {line.strip().split(":")[0] for line in lines[1:]} == {"beta", "model.latent_dim", "extra"}


def test_a_convolution_is_not_also_told_to_be_a_pooling(refusal):
    path = ("architectures", "cnn", "encoders", "e5", 0)
    lines = refusal(replaced((*path, "kernel"), -1)).splitlines()[1:]
    assert len(lines) == 1 and lines[0].startswith(f"  {dotted(path)}.kernel: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("beta: 1\nbeta: 2\n", 'is not valid YAML: while constructing a mapping .* duplicate key "beta"'),
        ("beta: [1\n", "is not valid YAML"),
        ("beta: *other\n", "is not valid YAML: found undefined alias"),
        ("beta: 1\n---\nbeta: 2\n", "is not valid YAML: expected a single document"),
        ("beta: !!python/object:os.system x\n", "is not valid YAML: could not determine a constructor"),
        ("beta: !!int two\n", "is not valid YAML"),
        ("beta: !!bool two\n", "is not valid YAML"),
        ("%YAML 1.1\n---\nbeta: +_\n", "is not valid YAML"),
        ("beta: 2020-13-45\n", "is not valid YAML: month"),
        ("[" * 600, "is not valid YAML"),
        ("\x00", "is not valid YAML: unacceptable character"),
        ("", "must be a mapping of names to values. Received: None"),
        ("- beta\n", r"must be a mapping of names to values. Received: \['beta'\]"),
        ("beta\n", "must be a mapping of names to values. Received: 'beta'"),
    ],
    ids=lambda text: text[:20],
)
def test_other_files_are_explained(load, text, message):
    with pytest.raises(ParameterError, match=message):
        load(text)


def test_a_file_that_is_no_text_is_explained(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_bytes(b"\xff\xfe\x00beta")
    with pytest.raises(ParameterError, match="is not valid YAML"):
        load_parameters(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"absent\.yaml cannot be read: No such file"):
        load_parameters(tmp_path / "absent.yaml")
    with pytest.raises(ParameterError, match="cannot be read"):
        load_parameters(tmp_path)


def test_parameters_cannot_be_changed():
    parameters = load_parameters(ROOT / "params.yaml")
    with pytest.raises(ValueError, match="frozen"):
        parameters.beta = 3
    with pytest.raises(ValueError, match="frozen"):
        parameters.training.mlp.xla = True


def test_no_parameter_has_a_default():
    waiting, seen = [params.Parameters], set()
    while waiting:
        model = waiting.pop()
        seen.add(model)
        assert all(field.is_required() for field in model.model_fields.values()), model
        assert model.model_config["extra"] == "forbid" and model.model_config["frozen"]
        waiting += [section for section in params.Section.__subclasses__() if section not in seen]
    assert len(seen) > 10 and math.isfinite(COMMITTED["beta"])
