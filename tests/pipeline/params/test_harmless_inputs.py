"""What stages read can do no harm: arrays with objects, weights of another model, values that reach a command."""

import pickle
import re
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import files
from pipeline.params.document import FILES, parameters
from tests.pipeline.params.json_schema import schemas_at
from tests.pipeline.pipeline_file import load_yaml
from tfvae.errors import Refused

SAFE = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.+-]*[A-Za-z0-9_])?")  # no option, no dots alone, nothing a shell expands


class Payload:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.write_text, (self.path, "harm")


def object_array(path):
    buffer = BytesIO()
    np.save(buffer, np.array([Payload(path)], dtype=object), allow_pickle=True)
    return buffer.getvalue()


def archive(content, name="x.npy"):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        lambda path: archive(object_array(path)),
        lambda path: archive(object_array(path), "000.npy"),
        object_array,
        lambda path: pickle.dumps(Payload(path)),
        lambda path: pickle.dumps(Payload(path), protocol=0),
    ],
    ids=["object array", "among weights", "npy file", "pickle", "old pickle"],
)
@pytest.mark.parametrize("read", [files.read_npz, files.read_weights])
def test_pickled_objects_are_refused_and_not_run(tmp_path, content, read):
    harm, path = tmp_path / "harm", tmp_path / "arrays.npz"
    path.write_bytes(content(harm))
    with pytest.raises(Refused, match=r"arrays.npz: (Object arrays cannot be loaded|File is not a zip file)"):
        read(path)
    assert not harm.exists()
    np.load(BytesIO(object_array(harm)), allow_pickle=True)
    assert harm.exists()  # so the payload works, where it is let


def test_a_pickle_beside_arrays_is_not_run(tmp_path):
    harm, path = tmp_path / "harm", tmp_path / "arrays.npz"
    path.write_bytes(archive(pickle.dumps(Payload(harm)), "x.pkl"))
    with pytest.raises(Refused, match=r"x\.pkl is no array of numbers"):
        files.read_npz(path)
    assert not harm.exists()


@pytest.fixture
def weights(configuration):
    from tfvae.models.vae import build_vae

    model = build_vae(configuration)
    return model, [np.asarray(weight) for weight in model.get_weights()]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda weights: weights[:-1],
        lambda weights: [*weights, weights[-1]],
        lambda weights: [],
        lambda weights: [weight.T for weight in weights],
        lambda weights: weights[::-1],
        lambda weights: [np.concatenate([weights[0], weights[0]]), *weights[1:]],
    ],
    ids=["one less", "one more", "none", "transposed", "reversed", "twice as large"],
)
def test_weights_of_another_model_are_refused(tmp_path, weights, wrong):
    model, own = weights
    path = tmp_path / "weights.npz"
    files.write_weights(path, [weight + 1 for weight in wrong(own)])
    with pytest.raises(ValueError, match="weight"):
        model.set_weights(files.read_weights(path))
    files.write_weights(path, [weight + 1 for weight in own])
    model.set_weights(files.read_weights(path))  # the right ones are taken
    np.testing.assert_array_equal(model.get_weights()[0], own[0] + 1)


def strings(schema):
    """Yield the schemas of texts in a schema."""
    for alternative in schema.get("oneOf") or schema.get("anyOf") or [schema]:
        if "items" in alternative:
            yield from strings(alternative["items"])
        elif alternative.get("type") == "string":
            yield alternative


PATH = "user_datasets.<name>.path"  # any path of the user's, which no command takes
TEXTS = [
    pytest.param(schema, id=f"{parameter.key}-{number}")
    for model in FILES.values()
    for parameter in parameters(model)
    if parameter.key != PATH
    for number, schema in enumerate(strings(parameter.schema))
]


@pytest.mark.parametrize("schema", TEXTS)
def test_a_text_that_is_allowed_is_a_plain_name(schema):
    """Neither a path nor anything that a shell would read as more than a word."""
    if "pattern" in schema:

        @settings(max_examples=50)
        @given(st.from_regex(schema["pattern"], fullmatch=True))
        def check(text):
            assert SAFE.fullmatch(text)

        check()
    else:
        assert all(SAFE.fullmatch(value) for value in schema.get("enum", [schema.get("const")]))


def test_values_that_reach_a_path_or_a_command_are_names_or_numbers():
    """All that dvc.yaml takes from params.yaml."""
    keys = set(re.findall(r"\$\{([^}]+)\}", str(load_yaml("dvc.yaml"))))
    keys = {key for key in keys if not key.startswith("item.")} - {"key", "user_datasets"}
    assert keys >= {"beta", "datasets", "searched", "transferred", "transfer_architecture.source"}
    for key in keys:
        path = tuple(key.split("."))
        schemas = [schema.get("items", schema) for schema in schemas_at("params", path)]
        assert schemas
        for schema in schemas:
            if schema["type"] == "string":
                assert schema["enum"] and all(SAFE.fullmatch(name) for name in schema["enum"])
            else:
                assert schema["type"] in ("integer", "number") and schema["minimum"] >= 0


def test_users_datasets_have_plain_names_and_their_paths_reach_no_command():
    [pattern] = FILES["params.yaml"].model_json_schema()["properties"]["user_datasets"]["patternProperties"]

    @settings(max_examples=50)
    @given(st.from_regex(pattern, fullmatch=True))
    def check(name):
        assert SAFE.fullmatch(name)

    check()
    stages = [stage.get("do", stage) for stage in load_yaml("dvc.yaml")["stages"].values()]
    assert not any("item.path" in stage["cmd"] for stage in stages)


@given(st.integers(0, 1000) | st.floats(0, 1000))
def test_a_number_is_one_word_of_a_command(number):
    assert SAFE.fullmatch(str(number))
