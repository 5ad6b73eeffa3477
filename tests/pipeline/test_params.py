"""The schema: what params.yaml and architectures.yaml may hold, and what is said of everything else."""

import copy
import math
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.params import fields, loading
from pipeline.params.architectures import Architectures
from pipeline.params.loading import ParameterError, load_architectures, load_parameters
from pipeline.params.sections import Parameters

# Read by another parser than the schema's own.
COMMITTED, PARTS = (
    YAML(typ="safe", pure=True).load((ROOT / name).read_text(encoding="utf-8"))
    for name in ("params.yaml", "architectures.yaml")
)
NETWORKS = ("mlp", "cnn")
FILES = {"params": Path("params.yaml"), "architectures": Path("architectures.yaml")}


def without_spare_parts():
    """Return the committed files, reduced until each remaining entry is needed.

    Only the digits are studied, and only parts of their candidates are left, so no name may be taken away and every
    mutant below is wrong by the meaning of what is mutated, not because the schema happens to say so.
    """
    content, parts = copy.deepcopy(COMMITTED), copy.deepcopy(PARTS)
    content.update(datasets=["digits"], searched=["digits"], transferred=[], transfer_architecture={"source": "digits"})
    for section, value in content.items():
        if isinstance(value, dict) and "digits" in value:
            content[section] = {"common": value["common"], "digits": value["digits"]}
    for network in NETWORKS:
        candidates = content["preliminary_grid"]["digits"][network]["candidates"]
        parts[network]["candidates"] = candidates
        for kind, position in (("encoders", 0), ("decoders", 1)):
            used = {name.split("-")[position] for name in candidates}
            parts[network][kind] = {name: part for name, part in parts[network][kind].items() if name in used}
    return {"params": content, "architectures": parts}


BASES = without_spare_parts()
BASE = BASES["params"]
EACH_FILE = pytest.mark.parametrize("file", BASES)


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


def replaced(path, value, file="params"):
    """Return a base with another value at `path`."""
    content = copy.deepcopy(BASES[file])
    at(content, path[:-1])[path[-1]] = value
    return content


def without(path, file="params"):
    """Return a base without the entry at `path`."""
    content = copy.deepcopy(BASES[file])
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


def wrong_values(base):
    """Yield (path, value) of what makes a base wrong."""
    for path, value in paths(base):
        if isinstance(value, list):
            # An empty list is wrong but for `transferred`, of which the reduced file is that very case.
            yield from ((path, wrong) for wrong in (None, {}, "two", 1, "a; touch x", *([[]] if value else [])))
        elif not isinstance(value, dict):
            others = WRONG_NUMBERS if is_number(value) else (2, 0.5, ["digits"])
            yield from ((path, wrong) for wrong in (*WRONG_EVERYWHERE, *others))


def mappings(base):
    return [(), *(path for path, value in paths(base) if isinstance(value, dict))]


def loaders():
    """Return a function per file that loads it."""
    return {"params": load_parameters, "architectures": load_architectures}


@pytest.fixture
def refusal(monkeypatch):
    """Return a function that gives a loader a content as if YAML had been read, and returns its message."""
    content = {}

    class Reader:
        def __init__(self, **_):
            pass

        def load(self, _):
            return content["value"]

    monkeypatch.setattr(loading, "YAML", Reader)
    monkeypatch.chdir(ROOT)

    def refuse(value, file="params"):
        content["value"] = value
        with pytest.raises(ParameterError) as caught:
            loaders()[file](FILES[file])
        return str(caught.value)

    return refuse


@pytest.fixture
def load(tmp_path):
    """Return a function that writes a content, or a text, and loads it."""

    def write_and_load(content, file="params"):
        path = tmp_path / FILES[file]
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            with path.open("w", encoding="utf-8") as stream:
                YAML().dump(content, stream)
        return loaders()[file](path)

    return write_and_load


def as_written(content):
    """Return checked values as they stood in the file."""
    return {
        name: {"common": value["common"], **value["own"]} if isinstance(value, dict) and "own" in value else value
        for name, value in content.model_dump().items()
    }


def test_the_committed_files_are_valid():
    parameters = load_parameters(ROOT / "params.yaml")
    architectures = load_architectures(ROOT / "architectures.yaml", parameters)
    assert as_written(parameters) == COMMITTED and as_written(architectures) == PARTS


def test_what_is_said_of_a_dataset_is_common_or_its_own():
    parameters = load_parameters(ROOT / "params.yaml")
    section = COMMITTED["stick_breaking"]
    assert vars(parameters.stick_breaking.of("mnist", "cnn")) == {**section["common"], **section["mnist"]["cnn"]}
    section = COMMITTED["train_fid_classifier"]
    assert vars(parameters.train_fid_classifier.of("digits")) == {**section["common"], **section["digits"]}


@EACH_FILE
def test_the_reduced_files_are_valid_and_mean_what_they_say(load, file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = as_written(load(BASES[file], file))
    assert dict(paths(content)) == dict(paths(BASES[file]))


def test_a_candidate_is_its_encoder_and_its_decoder(load):
    parts = BASES["architectures"]
    assert load(parts, "architectures").cnn.candidate("e5-d1") == {
        "name": "e5-d1",
        "encoder": parts["cnn"]["encoders"]["e5"],
        "decoder": parts["cnn"]["decoders"]["d1"],
    }


@EACH_FILE
def test_wrong_values_are_refused_by_name_in_one_line(refusal, file):
    values = list(wrong_values(BASES[file]))
    assert len(values) > 1000
    for path, wrong in values:
        head, *lines = refusal(replaced(path, wrong, file), file).splitlines()
        assert head == f"{FILES[file]}:" and dotted(path) in lines[0], (path, wrong, lines)
        # What is wrong in several entries of a list, or makes other things not fit, is told for each.
        assert len(lines) == 1 or isinstance(wrong, list) or path[0] in ("datasets", "searched"), (path, wrong, lines)


@EACH_FILE
def test_missing_keys_are_refused_by_name(refusal, file):
    for mapping in mappings(BASES[file]):
        for key in at(BASES[file], mapping):
            path = (*mapping, key)
            message = refusal(without(path, file), file)
            if mapping[-1:] in (("encoders",), ("decoders",)):
                # No key has to be there, but a candidate that names it is wrong then.
                assert f"{mapping[0]}.candidates" in message and key in message
            else:
                assert dotted(path) in message


@EACH_FILE
@pytest.mark.parametrize("key", ["unknown_key", "../x", "a; touch x", "Beta", "", 3, None, 0.5])
def test_unknown_keys_are_refused_by_name(refusal, file, key):
    for mapping in mappings(BASES[file]):
        assert dotted((*mapping, key)) in refusal(replaced((*mapping, key), 1, file), file)


def test_a_name_of_the_schema_s_own_is_no_key(refusal):
    assert "manifolds" in refusal(replaced(("manifolds", fields.OWN), 1))


def test_a_field_stands_where_it_belongs(refusal):
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
    content = replaced(path, value, file)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("error")
        patch.setattr(loading, "YAML", lambda **_: type("Reader", (), {"load": lambda self, text: content})())
        try:
            loaded = loaders()[file](ROOT / FILES[file])
        except ParameterError:
            return
    # What is accepted has been taken over as it is: no text has become a number.
    taken = at(as_written(loaded), path)
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
    path = ("manifolds", "common", "betas")
    assert "manifolds.common.betas.1: write 2 instead of 2.0" in refusal(replaced(path, [0.2, 2.0]))
    assert "manifolds.common.betas: every entry may stand there once" in refusal(replaced(path, [1, 1]))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("datasets",), ["digits", "imagenet"], "datasets.1: known datasets are digits, fashion_mnist, mnist"),
        (("datasets",), ["digits", "usps"], "datasets.1: known datasets are digits, fashion_mnist, mnist"),
        (("datasets",), ["digits", "digits"], "datasets: every entry may stand there once"),
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
            "main_experiments.digits.mlp: steps must be a multiple of main_experiments.common.periods. Received: 1501",
        ),
        (("stick_breaking", "common", "periods"), 7, "stick_breaking.digits.cnn: steps must be a multiple"),
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
def test_what_does_not_fit_together_is_explained(refusal, path, value, message):
    file = "architectures" if path[0] == "cnn" else "params"
    assert message in refusal(replaced(path, value, file), file)


@pytest.mark.parametrize(
    ("path", "value", "missing"),
    [
        (("preliminary_grid", "digits", "cnn", "candidates"), ["e5-d1", "e9-d1"], "e9-d1"),
        (("pareto_select", "digits", "cnn", "architecture"), "e5-d9", "e5-d9"),
    ],
)
def test_candidates_of_the_parameters_must_be_among_the_architectures(path, value, missing):
    parameters = Parameters.model_validate(replaced(path, value))
    with pytest.raises(ParameterError) as caught:
        load_architectures(ROOT / "architectures.yaml", parameters)
    _, *lines = str(caught.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"  {dotted(path)}: there is no candidate {missing!r}; encoders are e0, e1")


def test_the_words_all_and_selected_name_no_candidate(load):
    content = replaced(("preliminary_grid", "digits", "mlp", "candidates"), "all")
    content["pareto_select"]["digits"]["mlp"]["architecture"] = "selected"
    load_architectures(ROOT / "architectures.yaml", load(content))


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


def test_all_mistakes_are_told_at_once(refusal):
    content = copy.deepcopy(BASE)
    content["beta"], content["model"]["latent_dim"], content["extra"] = "two", 0, 1
    lines = refusal(content).splitlines()
    assert lines[0] == "params.yaml:" and len(lines) == 4
    assert {line.strip().split(":")[0] for line in lines[1:]} == {"beta", "model.latent_dim", "extra"}


def test_a_convolution_is_not_also_told_to_be_a_pooling(refusal):
    path = ("cnn", "encoders", "e5", 0)
    lines = refusal(replaced((*path, "kernel"), -1, "architectures"), "architectures").splitlines()[1:]
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
    waiting, seen = [Parameters, Architectures], set()
    while waiting:
        model = waiting.pop()
        seen.add(model)
        assert all(field.is_required() for field in model.model_fields.values()), model
        assert model.model_config["extra"] == "forbid" and model.model_config["frozen"]
        waiting += [
            section for section in fields.Section.__subclasses__() + model.__subclasses__() if section not in seen
        ]
    assert len(seen) > 10 and math.isfinite(COMMITTED["beta"])
