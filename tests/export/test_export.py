"""Exports: each is run by a process that has no tfvae, and agrees with the model on 100 images and latents."""

import json
import subprocess
import sys

import numpy as np
import pytest

import tfvae
from tests.tiny_models import ARCHITECTURES, GAUSSIAN, STICKS, configuration, digit_images, quantised, with_any_weights
from tfvae.command import main
from tfvae.errors import Refused
from tfvae.export import FORMATS, export_model
from tfvae.models import build_model

COUNT = 100
IMAGES = digit_images(COUNT)
LABELS = (np.arange(COUNT) % 4).astype(np.int32)
KINDS = {
    **{network: configuration(network) for network in ARCHITECTURES},
    **{name: configuration(posterior=GAUSSIAN | {"name": name}) for name in ("point", "relu_gaussian")},
    "clamped": configuration(posterior={"name": "clamped_stick_breaking", "latent_dim": 3, "concentration": 5.0}),
    "sticks": configuration("cnn", posterior=STICKS),
    "conditional": configuration(model="conditional_vae", num_classes=4),
    "conditional cnn": configuration("cnn", model="conditional_vae", num_classes=4),
    "quantised": quantised(),
    "bfloat16": configuration("cnn", precision="bfloat16"),
    "colour": configuration("cnn", image_shape=[8, 8, 3]),
}
RUN_SAVED_MODEL = """
import tensorflow
def run(folder, name, arrays):
    signature = tensorflow.saved_model.load(folder).signatures[name]
    return {key: value.numpy() for key, value in signature(**arrays).items()}
"""
RUN_ONNX = """
import onnxruntime
def run(folder, name, arrays):
    session = onnxruntime.InferenceSession(f"{folder}/{name}r.onnx")
    return dict(zip([one.name for one in session.get_outputs()], session.run(None, arrays)))
"""
# Reads (folder, inputs by function), and writes what the functions return.
FRESH = """
import json, sys
import numpy as np
for folder in sys.argv[1:]:
    found = {}
    for name in ("encode", "decode"):
        with np.load(f"{folder}/{name}-in.npz") as stored:
            arrays = dict(stored)
        found |= {f"{name} {key}": value for key, value in run(f"{folder}/export", name, arrays).items()}
    np.savez(f"{folder}/out.npz", **found)
assert not {name.split(".")[0] for name in sys.modules} & {"tfvae", "pipeline", "tests"}
"""


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for name, described in KINDS.items():
        tfvae.save_model(folder / name, described, with_any_weights(described))
    return folder


def arguments(model):
    """Return what the encoder and the decoder are given."""
    pixels = np.repeat(IMAGES, model.image_shape[2], axis=-1) / np.float32(255)
    labels = {} if model.num_classes is None else {"labels": LABELS}
    if hasattr(model, "quantizer"):
        codes = np.random.default_rng(0).integers(0, 5, (COUNT, 2, 2), np.int32)
        return {"encode": {"images": pixels}, "decode": {"codes": codes}}
    latents = np.random.default_rng(0).normal(size=(COUNT, model.posterior.latent_dim)).astype(np.float32)
    return {"encode": {"images": pixels, **labels}, "decode": {"latents": latents, **labels}}


def expected(model):
    """Return what the model itself makes of them."""
    given = arguments(model)
    if hasattr(model, "quantizer"):
        return {
            "encode codes": model.encode(given["encode"]["images"]),
            "decode images": model.decode(**given["decode"]),
        }
    vae = model if model.num_classes is None else model.given(LABELS)
    parameters = vae.encoder(given["encode"]["images"])
    return {
        "encode parameters": parameters,
        "encode mean": model.posterior.mean(parameters),
        "decode images": model.decode(*given["decode"].values()),
    }


def check(models, tmp_path, to, source, names):
    """Export models, run all exports in one process without tfvae, and compare."""
    for name in names:
        (tmp_path / name).mkdir()
        export_model(models / name, tmp_path / name / "export", to)
        for function, arrays in arguments(tfvae.load_model(models / name)).items():
            np.savez(tmp_path / name / f"{function}-in.npz", **arrays)
    line = [sys.executable, "-c", source + FRESH, *(str(tmp_path / name) for name in names)]
    done = subprocess.run(line, cwd=tmp_path, env={"TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in names:
        model = build_model(KINDS[name] | {"precision": "float32"})
        model.set_weights(tfvae.load_model(models / name).get_weights())
        with np.load(tmp_path / name / "out.npz") as stored:
            found = dict(stored)
        wanted = expected(model)
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            np.testing.assert_allclose(found[key], value, atol=1e-5, err_msg=f"{name}: {key}")
            assert np.ptp(value) > 1e-3 and found[key].dtype == np.asarray(value).dtype


def test_saved_models_run_with_tensorflow_alone(models, tmp_path):
    names = [*ARCHITECTURES, "sticks", "conditional", "quantised", "bfloat16"]
    check(models, tmp_path, "savedmodel", RUN_SAVED_MODEL, names)


def test_onnx_runs_with_onnx_runtime_alone(models, tmp_path):
    pytest.importorskip("tf2onnx", reason="the package tf2onnx is not installed")
    pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    check(models, tmp_path, "onnx", RUN_ONNX, KINDS)


def test_onnx_gives_the_same_bytes_twice(models, tmp_path):
    pytest.importorskip("tf2onnx", reason="the package tf2onnx is not installed")
    for name in ("one", "two"):
        export_model(models / "sticks", tmp_path / name, "onnx")
    for file in ("encoder.onnx", "decoder.onnx"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


# A dense network, from its file alone.
RUN_WEIGHTS = """
import sys
import numpy as np
from safetensors import safe_open
path, out = sys.argv[1:]
with safe_open(path, "numpy") as file:
    weights = {name: file.get_tensor(name) for name in file.keys()}
with np.load(f"{out}/encode-in.npz") as stored:
    images = stored["images"]
with np.load(f"{out}/decode-in.npz") as stored:
    latents = stored["latents"]
def dense(part, values, layers):
    for layer in layers:
        values = values @ weights[f"{part}.{layer}.kernel"] + weights[f"{part}.{layer}.bias"]
        values = np.maximum(values, 0) if layer != layers[-1] else values
    return values
parameters = dense("encoder", images.reshape(len(images), -1), [1, 2, 3])
decoded = 1 / (1 + np.exp(-dense("decoder", latents, [0, 1, 2]))).reshape(images.shape)
np.savez(f"{out}/out.npz", **{"encode parameters": parameters, "decode images": decoded})
assert not {name.split(".")[0] for name in sys.modules} & {"tfvae", "tensorflow", "keras"}
"""


def test_safetensors_hold_all_that_a_network_is(models, tmp_path):
    pytest.importorskip("safetensors", reason="the package safetensors is not installed")
    model = tfvae.load_model(models / "mlp")
    for function, arrays in arguments(model).items():
        np.savez(tmp_path / f"{function}-in.npz", **arrays)
    export_model(models / "mlp", tmp_path / "it.safetensors", "safetensors")
    line = [sys.executable, "-c", RUN_WEIGHTS, str(tmp_path / "it.safetensors"), str(tmp_path)]
    done = subprocess.run(line, cwd=tmp_path, env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "out.npz") as stored:
        for key, value in stored.items():
            np.testing.assert_allclose(value, expected(model)[key], atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_safetensors_hold_every_weight_by_name(models, tmp_path, name):
    safetensors = pytest.importorskip("safetensors", reason="the package safetensors is not installed")
    for output in ("one", "two"):
        export_model(models / name, tmp_path / f"{output}.safetensors", "safetensors")
    assert (tmp_path / "one.safetensors").read_bytes() == (tmp_path / "two.safetensors").read_bytes()
    with safetensors.safe_open(tmp_path / "one.safetensors", "numpy") as file:
        named = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - it is no mapping
        assert json.loads(file.metadata()["configuration"]) == KINDS[name]
    weights = tfvae.load_model(models / name).get_weights()
    assert sorted(map(np.ndarray.tobytes, named.values())) == sorted(map(np.ndarray.tobytes, weights))
    assert {key.split(".")[0] for key in named} >= {"encoder", "decoder"}


def test_the_command_exports_a_model_by_its_name(models, tmp_path, monkeypatch, capsys):
    (tmp_path / "pretrained").symlink_to(models)
    monkeypatch.chdir(tmp_path)
    assert main(["export", "mlp", "out", "--to", "savedmodel"]) == 0
    assert capsys.readouterr().out == "out: mlp as savedmodel\n" and (tmp_path / "out" / "saved_model.pb").is_file()
    assert main(["export", "mlp", "out", "--to", "savedmodel"]) == 1
    assert capsys.readouterr().err.startswith("error: out: a new or an empty folder is needed")


@pytest.mark.parametrize("to", ["onnx", "safetensors"])
def test_a_missing_package_is_one_message(models, tmp_path, monkeypatch, to):
    package = {"onnx": "tf2onnx"}.get(to, to)
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    monkeypatch.setitem(sys.modules, f"{package}.numpy", None)
    monkeypatch.delitem(sys.modules, FORMATS[to][0], raising=False)
    with pytest.raises(Refused, match=rf'{to} needs the package {package}.*: run `pip install "\.\[export\]"`'):
        export_model(models / "mlp", tmp_path / f"out{FORMATS[to][1]}", to)


def test_what_cannot_be_exported_is_one_message_and_leaves_nothing(models, tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    for folder, output, to, said in (
        ("mlp", "it", "h5", "Unknown format.*savedmodel, onnx, safetensors"),
        ("mlp", "it.onnx", "onnx", "a new folder without an ending"),
        ("mlp", "it", "safetensors", r"a file that ends with \.safetensors"),
        ("mlp", "full", "savedmodel", "a new or an empty folder is needed"),
        ("mlp", "nowhere/it", "savedmodel", "make the folder .*nowhere first"),
        ("nowhere", "it", "savedmodel", "no folder of a model is there"),
    ):
        with pytest.raises(Refused, match=said):
            export_model(models / folder, tmp_path / output, to)

    def full(module, folder, signatures):
        raise OSError("no space left on device")

    monkeypatch.setattr("tfvae.backend.tf.saved_model.save", full)
    with pytest.raises(OSError, match="no space left"):
        export_model(models / "mlp", tmp_path / "it", "savedmodel")
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
