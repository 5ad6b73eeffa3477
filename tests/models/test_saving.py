"""Folders of trained models: what comes back, and what damage is told."""

import json
from io import BytesIO

import numpy as np
import pytest

import tfvae
from pipeline import files
from tests.tiny_models import ARCHITECTURES, STICKS, configuration, digit_images, quantised
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.sampling import Generator
from tfvae.training import Schedule, Trainer

IMAGES = digit_images(24)
LABELS = (np.arange(24) % 4).astype(np.int32)
KINDS = {
    **{network: configuration(network) for network in ARCHITECTURES},
    "sticks": configuration(posterior=STICKS, likelihood="bernoulli"),
    "conditional": configuration(model="conditional_vae", num_classes=4),
    "quantised": quantised(),
    "quantised by its loss": quantised("loss"),
}


def trained(described):
    model = build_model(described, seed=3)
    labels = [LABELS] if "num_classes" in described else []
    Trainer(model, IMAGES, Schedule(1, 8, 1e-2, batches="cyclic"), 0, *labels).run(3)
    return model


def outputs(model):
    pixels = IMAGES.astype(np.float32) / 255
    return np.asarray(model(pixels, LABELS) if model.num_classes else model(pixels))


@pytest.fixture(scope="module")
def model():
    return trained(configuration())


@pytest.fixture
def folder(tmp_path, model):
    tfvae.save_model(tmp_path / "it", configuration(), model)
    return tmp_path / "it"


@pytest.mark.parametrize("described", KINDS.values(), ids=KINDS)
def test_a_model_comes_back_bit_for_bit(tmp_path, described):
    model = trained(described)
    tfvae.save_model(tmp_path / "a" / "model", described, model)
    again = tfvae.load_model(tmp_path / "a" / "model")
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        assert one.tobytes() == other.tobytes()
    assert outputs(again).tobytes() == outputs(model).tobytes() != outputs(build_model(described, seed=3)).tobytes()
    tfvae.save_model(str(tmp_path / "b"), described, again)
    for name in ("config.json", "weights.npz"):
        assert (tmp_path / "a" / "model" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_half_the_bytes_give_the_nearest_numbers_of_16_bits(tmp_path, model, folder):
    tfvae.save_model(tmp_path / "half", configuration(), model, "float16")
    with np.load(tmp_path / "half" / "weights.npz", allow_pickle=False) as stored:
        assert {array.dtype for array in stored.values()} == {np.dtype("float16")}
    for half, whole in zip(
        tfvae.load_model(tmp_path / "half").get_weights(), tfvae.load_model(folder).get_weights(), strict=True
    ):
        assert half.dtype == np.float32
        np.testing.assert_allclose(half, whole, rtol=2**-11, atol=2**-25)  # 11 digits, and the smallest steps


def test_the_pipeline_and_the_library_read_each_others_folders(tmp_path, model, folder):
    weights = files.read_weights(folder / "weights.npz")
    assert all(np.array_equal(one, other) for one, other in zip(weights, model.get_weights(), strict=True))
    files.write_weights(tmp_path / "p" / "weights.npz", model.get_weights())
    files.write_json(tmp_path / "p" / "config.json", configuration())
    (tmp_path / "p" / "training.npz").write_bytes(b"what the pipeline keeps beside")
    assert outputs(tfvae.load_model(tmp_path / "p")).tobytes() == outputs(model).tobytes()


def test_a_loaded_model_serves_the_public_generator(model, folder):
    draws = [Generator(one, seed=5) for one in (model, tfvae.load_model(folder))]
    first, second = (one.images(one.prior_latents(7)) for one in draws)
    assert first.tobytes() == second.tobytes() and first.shape == (7, 8, 8, 1)


def written(folder, name, change):
    """Change the parsed content of one of a folder's files."""
    path = folder / name
    if name == "config.json":
        content = json.loads(path.read_text())
        path.write_text(json.dumps(change(content)))
        return
    with np.load(path, allow_pickle=False) as stored:
        arrays = change(dict(stored))
    buffer = BytesIO()
    np.savez(buffer, **arrays)
    path.write_bytes(buffer.getvalue())


def with_array(array):
    return lambda arrays: arrays | {"001": array}


DAMAGE = {
    "no configuration": ("config.json", None, "No such file"),
    "no weights": ("weights.npz", None, "No such file"),
    "cut configuration": ("config.json", lambda path: path.write_bytes(path.read_bytes()[:-20]), None),
    "cut weights": ("weights.npz", lambda path: path.write_bytes(path.read_bytes()[:-20]), None),
    "empty configuration": ("config.json", lambda path: path.write_bytes(b""), None),
    "empty weights": ("weights.npz", lambda path: path.write_bytes(b""), None),
    "a list": ("config.json", lambda path: path.write_bytes(b"[1]"), "names and values"),
    "not UTF-8": ("config.json", lambda path: path.write_bytes(b'{"model": "\xff"}'), None),
    "a page of a proxy": ("weights.npz", lambda path: path.write_bytes(b"<html>502</html>"), None),
}
CHANGED = {
    "of an older version": ("config.json", lambda it: {k: v for k, v in it.items() if k != "model"}, "Unknown model"),
    "of a newer version": ("config.json", lambda it: it | {"dropout": 0.1}, "with 'dropout'"),
    "without a name": ("config.json", lambda it: {k: v for k, v in it.items() if k != "likelihood"}, "'likelihood'"),
    "another network": ("config.json", lambda it: it | {"network": "transformer"}, "Unknown network"),
    "no posterior": ("config.json", lambda it: it | {"posterior": 3}, None),
    "one weight fewer": ("weights.npz", lambda it: {k: v for k, v in it.items() if k != "011"}, "Received: 11"),
    "a gap": ("weights.npz", lambda it: {k: v for k, v in it.items() if k != "003"}, "named 000, 001"),
    "other names": ("weights.npz", lambda it: {f"w{k}": v for k, v in it.items()}, "named 000, 001"),
    "nothing": ("weights.npz", lambda it: {}, "Received: none"),
    "transposed": ("weights.npz", lambda it: it | {"000": it["000"].T}, "weight 000"),
    "not a number": ("weights.npz", lambda it: it | {"001": it["001"] * np.float32(np.nan)}, "weight 001"),
    "whole numbers": ("weights.npz", lambda it: it | {"001": it["001"].astype(int)}, "float32 or float16"),
    "text": ("weights.npz", lambda it: it | {"001": it["001"].astype(str)}, "float32 or float16"),
    "objects": ("weights.npz", lambda it: it | {"001": it["001"].astype(object)}, "allow_pickle"),
}


WEIGHTS_OF_ANOTHER = {
    "wider layers": ({"encoder": [13, 7]}, r"the shape \(64, 13\). Received: \(64, 12\)"),
    "more layers": ({"encoder": [12, 7, 7]}, "has 14 weights. Received: 12"),
}


def refused(folder, name, said):
    with pytest.raises(Refused, match=said) as caught:
        tfvae.load_model(folder)
    assert str(caught.value).startswith(str(folder / name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "damage", "said"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_one_message(folder, name, damage, said):
    (damage or (lambda path: path.unlink()))(folder / name)
    refused(folder, name, said)


@pytest.mark.parametrize(("name", "change", "said"), CHANGED.values(), ids=CHANGED)
def test_a_file_of_another_model_or_version_is_one_message(folder, name, change, said):
    written(folder, name, change)
    refused(folder, name, said)


@pytest.mark.parametrize(("changes", "said"), WEIGHTS_OF_ANOTHER.values(), ids=WEIGHTS_OF_ANOTHER)
def test_weights_that_do_not_fit_their_configuration_are_one_message(folder, changes, said):
    written(folder, "config.json", lambda content: content | changes)
    refused(folder, "weights.npz", said)


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(Refused, match=f"^{tmp_path / 'nowhere'}: no folder of a model"):
        tfvae.load_model(tmp_path / "nowhere")


def test_what_cannot_be_loaded_is_not_saved(tmp_path, model):
    large = build_model(configuration())
    large.set_weights([weight + np.float32(1e5) for weight in large.get_weights()])
    for described, one, dtype, said in (
        (configuration("cnn"), model, "float32", "of this configuration"),
        (configuration(posterior={"name": "point", "latent_dim": 3}), model, "float32", "the shape"),
        (configuration(model="vq_vae"), model, "float32", "without"),
        (configuration(note=np.arange(2)), model, "float32", "plain data"),
        (configuration(), model, "float64", "Unknown type of stored weights"),
        (configuration(), large, "float16", "type float16"),
    ):
        with pytest.raises(Refused, match=said):
            tfvae.save_model(tmp_path / "it", described, one, dtype)
    assert not (tmp_path / "it").exists()


def test_a_model_never_stands_beside_the_weights_of_another(folder, model, monkeypatch):
    def full(path, content):
        raise OSError("no space left on device")

    monkeypatch.setattr("tfvae.models.saving.replace_file", full)
    with pytest.raises(OSError, match="no space left"):
        tfvae.save_model(folder, configuration(likelihood="bernoulli"), model)
    refused(folder, "config.json", "No such file")
