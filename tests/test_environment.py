"""No setting of a user's environment changes a result unseen: the same bytes and key, another key, or one sentence."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.experiment.training import Training
from pipeline.jobs import provenance
from tests.tiny_models import configuration

ROOT = Path(__file__).resolve().parents[1]
# Prints what a dense and a convolutional model become, and the keys of their jobs.
TRAIN = """
import hashlib, json
from pipeline import files
from pipeline.experiment.training import Training, TrainingData, train
from pipeline.jobs.provenance import job_keys
from tests.tiny_models import configuration, digit_images
from tfvae.training.jobs import Progress
from tfvae.training.quiet_import import import_tensorflow

import_tensorflow()
data, found = TrainingData(digit_images(64)), {}
for network, precision in (("mlp", "float32"), ("cnn", "bfloat16")):
    schedule = {"beta": 1, "batch_size": 8, "learning_rate": 0.01}
    job = Training(configuration(network, precision=precision), schedule, seed=0, steps=4, periods=2)
    result = train(job, data, Progress(lambda amount: None))
    content = files.weights_bytes(result["weights"][""]) + files.json_bytes(result["history"])
    found[network] = [hashlib.sha256(content).hexdigest(), *job_keys("pipeline.experiment.training:train", [job], data)]
print(json.dumps(found))
"""
PLAIN = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
PLAIN |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
HALF = {"floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first", "backend": "jax"}
# Settings that leave bytes and keys as they are, as many at once as there may be; `{folder}` holds a `keras.json`.
INDIFFERENT = {
    "settings at home": (
        "", HALF,
        {
            "HOME": "{folder}/home", "LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7",
            "OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "3", "TF_NUM_INTRAOP_THREADS": "3",
            "TF_NUM_INTEROP_THREADS": "3", "TF_USE_LEGACY_KERAS": "1", "PYTHONOPTIMIZE": "1",
        },
    ),
    "no home": (
        "import os; os.umask(0o077)", {"floatx": "float64"},
        {"HOME": "/dev/null", "KERAS_HOME": "{folder}/home/.keras", "LC_ALL": "tr_TR.ISO-8859-9"},
    ),
    "a program's own": (
        "import keras; keras.config.set_floatx('float16'); keras.config.set_dtype_policy('mixed_float16'); "
        "keras.config.set_image_data_format('channels_first'); keras.config.set_epsilon(0.1); "
        "keras.utils.set_random_seed(3)",
        "half a fi", {"KERAS_HOME": "{folder}/home/.keras", "KERAS_BACKEND": "tensorflow"},
    ),
}  # fmt: skip
OTHER_KERAS = """
import sys
from types import SimpleNamespace
sys.modules["keras"] = sys.modules["tensorflow"] = SimpleNamespace(config=SimpleNamespace(backend=lambda: "torch"))
"""
UNREADABLE = r"mend or remove \S+/keras\.json, or unset what begins with KERAS_\. Received: "
# A user's program, file and variables, with what the one sentence says.
REFUSED = {
    "another backend": (
        "",
        {},
        {"KERAS_BACKEND": "jax"},
        "set KERAS_BACKEND=tensorflow .* Received: KERAS_BACKEND='jax'",
    ),
    "already imported": (OTHER_KERAS, {}, {}, "Received: Keras was imported with the backend 'torch'"),
    "an unknown type": ("", {"floatx": "int8"}, {}, f"{UNREADABLE}.*int8"),
    "no mapping": ("", [1], {}, UNREADABLE),
    "a limit in words": ("", {}, {"KERAS_MAX_EPOCHS": "two"}, f"{UNREADABLE}.*two"),
}


def run(folder, source, keras=None, environment=None):
    """Run Python with a user's `keras.json` and environment."""
    home = folder / "home" / ".keras"
    home.mkdir(parents=True)
    if keras is not None:
        (home / "keras.json").write_text(keras if isinstance(keras, str) else json.dumps(keras), encoding="utf-8")
    own = {name: value.format(folder=folder) for name, value in (environment or {}).items()}
    return subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, env=PLAIN | own, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    done = run(tmp_path_factory.mktemp("clean"), TRAIN)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("program", "keras", "environment"), INDIFFERENT.values(), ids=INDIFFERENT)
def test_the_same_bytes_and_the_same_key(clean, tmp_path, program, keras, environment):
    done = run(tmp_path, program + TRAIN, keras=keras, environment=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == clean


@pytest.mark.parametrize(("program", "keras", "environment", "sentence"), REFUSED.values(), ids=REFUSED)
def test_one_sentence(tmp_path, program, keras, environment, sentence):
    source = "import tfvae\ntry:\n    tfvae.models.VAE\nexcept ValueError as error:\n    print(error)"
    done = run(
        tmp_path, program + source, keras=keras, environment={"KERAS_HOME": "{folder}/home/.keras"} | environment
    )
    [line] = done.stdout.splitlines()
    assert re.search(sentence, line)


@pytest.mark.parametrize(
    "setting",
    [
        "ONEDNN_MAX_CPU_ISA=SSE41", "DNNL_MAX_CPU_ISA=AVX2", "ONEDNN_CPU_ISA_HINTS=PREFER_YMM", "TF_USE_DEEP_CONV2D=1",
        "TF_ENABLE_ONEDNN_OPTS=0", "TF_ENABLE_ZENDNN_OPTS=1", "XLA_FLAGS=--xla_cpu_prefer_vector_width=128",
        "OPENBLAS_CORETYPE=Prescott", "NPY_DISABLE_CPU_FEATURES=AVX2", "GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA",
    ],
)  # fmt: skip
def test_another_key(monkeypatch, setting):
    def key():
        provenance.machine.cache_clear()
        job = Training(configuration(), {"beta": 1}, 0, 4, 2)
        return provenance.job_keys("pipeline.experiment.training:train", [job], None)

    before = key()
    monkeypatch.setenv(*setting.split("=", 1))
    assert key() != before
    monkeypatch.undo()
    assert key() == before
