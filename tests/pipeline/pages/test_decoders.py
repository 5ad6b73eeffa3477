"""Decoders computed by the page's JavaScript, against Keras, and the folders of models that they are read from."""

import json
import shutil
import subprocess
from base64 import b64encode

import numpy as np
import pytest

from pipeline import files
from pipeline.pages.decoders import read_decoder
from pipeline.pages.rendering import FOLDER
from tests.pipeline.pages.decoder_folders import LATENTS, write_folder
from tfvae import randomness

IMAGES = "((decode) => given.latents.map((one) => [...decode(Float32Array.from(one))]))(decoderOf(given.model))"
# Kernels of 3 and 4 with each stride, also where a stride leaves gaps between windows; more than one convolution.
LAYERS = [
    {"filters": 6, "kernel": 4, "stride": 1}, {"filters": 5, "kernel": 3, "stride": 2},
    {"filters": 4, "kernel": 4, "stride": 3}, {"filters": 3, "kernel": 2, "stride": 3},
]  # fmt: skip
CASES = {
    "dense": ((28, 28, 1), "mlp", None),
    "dense, colour": ((9, 12, 3), "mlp", None),
    "even start": ((16, 24, 1), "cnn", None),
    "odd start": ((28, 28, 1), "cnn", None),
    "odd size": ((9, 11, 1), "cnn", None),
    "colour": ((20, 28, 3), "cnn", None),
    "all kernels": ((54, 36, 1), "cnn", {"reshape": [3, 2, 7], "layers": LAYERS}),
}


@pytest.fixture
def computed():
    """A function that returns the value of an expression of the script, in which `given` stands for an input."""
    if not (node := shutil.which("node")):
        pytest.skip("needs node (on Debian the package nodejs)")
    read = 'const given = JSON.parse(require("fs").readFileSync(0, "utf8"))'

    def computed(expression, given):
        script = f"{(FOLDER / 'decoder.js').read_text(encoding='utf-8')}\n{read};"
        script += f"console.log(JSON.stringify({expression}))"
        ran = subprocess.run([node, "-e", script], input=json.dumps(given), capture_output=True, text=True, check=True)
        return json.loads(ran.stdout)

    return computed


@pytest.mark.parametrize("case", CASES)
def test_images_are_those_of_keras(tmp_path, case, computed):
    model = write_folder(tmp_path / "model", *CASES[case])
    latents = randomness.generator(1, "latents", 0).normal(0, 2, (100, LATENTS)).astype("float32")
    found = computed(IMAGES, {"model": read_decoder(tmp_path / "model"), "latents": latents.tolist()})
    wanted = model.decode(latents).numpy()
    assert wanted.std(axis=0).max() > 0.05  # the latents matter
    np.testing.assert_allclose(np.reshape(found, wanted.shape), wanted, rtol=0, atol=1e-5)


def test_every_number_of_16_bits_is_read_exactly(computed):
    halves = np.arange(2**16, dtype="<u2").view("<f2")
    halves = halves[np.isfinite(halves)]
    found = computed("[...unpacked(given)]", b64encode(halves.tobytes()).decode())
    np.testing.assert_array_equal(np.float32(found), halves.astype("float32"))


def test_what_is_wrong_with_a_folder_is_one_message_that_names_the_file(tmp_path):
    write_folder(tmp_path, (8, 8, 1), "cnn", None)
    configuration, weights = files.read_json(tmp_path / "config.json"), files.read_weights(tmp_path / "weights.npz")
    layers = {**configuration["decoder"], "layers": [{"filters": 3, "kernel": 4, "stride": 3}]}
    for changes, told in (
        ({"network": "leaky_mlp"}, "Unknown network"),
        ({"decoder": layers}, "change 'reshape' or the strides"),
        ({"decoder": [8]}, "A decoder has the names reshape, layers"),
        ({"precision": "half"}, "precision: "),
    ):
        files.write_json(tmp_path / "config.json", {**configuration, **changes})
        with pytest.raises(files.Damaged, match=rf"config\.json: .*{told}"):
            read_decoder(tmp_path)
    files.write_json(tmp_path / "config.json", configuration)
    for wrong, told in (
        (weights[:-1], "not those of the decoder"),
        ([weight[..., :-1] for weight in weights], "not those of the decoder"),
        ([weight.astype("float32") * 1e6 for weight in weights], "not finite in float16"),
    ):
        files.write_weights(tmp_path / "weights.npz", wrong)
        with pytest.raises(files.Damaged, match=rf"weights\.npz: .*{told}"):
            read_decoder(tmp_path)
