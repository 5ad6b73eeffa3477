"""Keys of jobs: they change with all that decides a result, and with nothing else."""

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.experiment.training import Training
from pipeline.jobs.closure import ROOT
from pipeline.jobs.provenance import job_keys

TRAIN = "pipeline.experiment.training:train"
CONFIGURATION = {
    "model": "vae",
    "image_shape": [28, 28, 1],
    "network": "mlp",
    "encoder": [16],
    "decoder": [16],
    "posterior": {"name": "diagonal_gaussian", "latent_dim": 2},
    "likelihood": "squared_error",
    "precision": "float32",
}
TRAINING = Training(CONFIGURATION, {"beta": 1, "learning_rate": 0.01}, seed=5, steps=8, periods=4, period_images=20)
OTHERS = {
    "configuration": [
        CONFIGURATION | {"encoder": [17]}, CONFIGURATION | {"encoder": [1, 6]}, CONFIGURATION | {"more": None},
        CONFIGURATION | {"network": "cnn"}, CONFIGURATION | {"posterior": {"name": "stick_breaking", "latent_dim": 2}},
    ],
    "schedule": [{"beta": 2, "learning_rate": 0.01}, {"beta": 1}, {"beta": 1, "learning_rate": 0.010000001}],
    "seed": [6], "steps": [12], "periods": [2], "period_images": [21],
}  # fmt: skip


@dataclass(frozen=True)
class Data:
    """Stands for what experiments share."""

    images: np.ndarray
    scale: float


DATA = Data(np.arange(24, dtype=np.uint8).reshape(2, 3, 4, 1), 4.0)


def key(job=TRAINING, shared=DATA, function=TRAIN):
    [found] = job_keys(function, [job], shared)
    return found


def test_a_key_is_a_name_for_a_file():
    assert len(key()) == 64
    assert int(key(), 16) >= 0
    assert key() == key()


def test_every_job_has_its_own_key_whatever_stands_beside_it():
    jobs = [TRAINING, *(replace(TRAINING, **{name: value}) for name, values in OTHERS.items() for value in values)]
    keys = job_keys(TRAIN, jobs, DATA)
    assert {field.name for field in fields(Training)} == set(OTHERS)
    assert len(set(keys)) == len(jobs)
    assert job_keys(TRAIN, jobs[::-1], DATA) == keys[::-1]
    assert [key(job) for job in jobs[:3]] == keys[:3]


def test_the_function_is_part_of_the_key():
    functions = [TRAIN, "pipeline.experiment.training:other", "pipeline.experiment.measuring:measure"]
    assert len({key(function=function) for function in functions}) == 3


@given(st.data())
def test_each_byte_of_the_data_counts(data):
    dtype = data.draw(hnp.integer_dtypes() | hnp.floating_dtypes() | hnp.unsigned_integer_dtypes())
    array = data.draw(hnp.arrays(dtype, hnp.array_shapes(max_side=3)))
    position, change = data.draw(st.integers(0, array.nbytes - 1)), data.draw(st.integers(1, 255))
    changed = bytearray(array.tobytes())
    changed[position] ^= change
    other = np.frombuffer(bytes(changed), dtype).reshape(array.shape)
    assert key(shared=array) == key(shared=array.copy()) != key(shared=other)
    assert key(shared=replace(DATA, images=array)) != key(shared=replace(DATA, images=other))


def test_the_form_of_the_data_counts():
    array = np.zeros(12, np.int16)
    forms = [
        array, array.astype("u2"), array.view("i1"), array.view(">i2"), array.reshape(3, 4), array.reshape(4, 3),
        array[None], np.zeros(0, np.int16), np.zeros((0, 3), np.int16), np.int16(0) + np.zeros(()), [0] * 12, None,
    ]  # fmt: skip
    assert len({key(shared=form) for form in forms}) == len(forms)


def test_the_order_in_memory_does_not_count():
    array = np.arange(12).reshape(3, 4)
    same = [array, np.asfortranarray(array), np.repeat(array, 2, axis=1)[:, ::2]]
    assert len({key(shared=form) for form in same}) == 1


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text("ab1,", max_size=3),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("ab", max_size=2), part, max_size=3),
    max_leaves=5,
)


@given(PLAIN, PLAIN)
def test_what_differs_has_different_keys(one, other):
    """JSON with sorted names tells plain values apart as a key must."""
    texts = [json.dumps(value, sort_keys=True) for value in (one, other)]
    assume(texts[0] != texts[1])
    assert key(one) != key(other)
    assert key([one, other]) != key([other, one])
    assert key(one, shared=other) != key(other, shared=one)


def test_equal_content_has_equal_keys():
    assert key({"a": 1, "b": [2, 3]}) == key({"b": (2, 3), "a": 1}) == key(SimpleNamespace(b=[2, 3], a=1))


@pytest.mark.parametrize(
    "value",
    [{1}, object(), print, lambda: 0, 1j, np.float32(1), np.int64(1), Training, iter([1]), {"a": [{"b": {2}}]}],
    ids=lambda value: type(value).__name__,
)
def test_what_no_key_can_cover_is_refused(value):
    for job, shared in ((value, None), (1, value), ([1, {"a": value}], None)):
        with pytest.raises(TypeError):
            key(job, shared)


def test_processor_and_versions_count(copy):
    others = [
        {"version": "numpy"}, {"version": "keras"}, {"machine": "other"}, {"python": "3.99.0"},
        {"environment": {"ONEDNN_MAX_CPU_ISA": "AVX2"}}, {"environment": {"TF_ENABLE_ONEDNN_OPTS": "0"}},
        {"environment": {"TF_OF_TOMORROW": ""}}, {"environment": {"OPENBLAS_CORETYPE": "Prescott"}},
        {"cpuinfo": "model name: A\nflags: avx2"}, {"cpuinfo": "model name: B\nflags: avx2"},
        {"cpuinfo": "model name: A\nflags: avx2 avx512f"},
    ]  # fmt: skip
    plain, *changed = copy.keys({}, *others)
    assert len({plain, *changed}) == 1 + len(others)
    assert copy.keys({"version": "dvc"}, {"version": "matplotlib"}) == [plain, plain]
    python = ".".join(platform.python_version().split(".")[:2])
    assert copy.keys({"python": f"{python}.99"}, {"environment": {"HOME": "/", "KERAS_HOME": "/"}}) == [plain, plain]
    of_a = changed[others.index({"cpuinfo": "model name: A\nflags: avx2"})]
    assert copy.keys({"cpuinfo": "model name: A\nflags: avx2 hypervisor smep\nbugs: spectre"}) == [of_a]
    anywhere = copy.keys({"anywhere": True}, *(other | {"anywhere": True} for other in others))
    assert len(set(anywhere)) == 1 and plain not in anywhere


# Computes the key in a process of its own for each change, so that none sees what another one has read.
COMPUTE = """
import json, os, sys
from importlib import metadata
import platform
from pathlib import Path
from pipeline.experiment.training import Training
from pipeline.jobs import provenance
from pipeline.jobs.provenance import job_keys
from tfvae.training.processor import from_cpuinfo

sent = json.load(sys.stdin)
real = metadata.version
for change in sent["changes"]:
    receiving, sending = os.pipe()
    if os.fork():
        os.close(sending)
        with os.fdopen(receiving) as file:
            print(file.read(), flush=True)
        os.wait()
        continue
    if "version" in change:
        metadata.version = lambda name: "0.0" if name == change["version"] else real(name)
    if "machine" in change:
        platform.machine = lambda: change["machine"]
    if "cpuinfo" in change:
        provenance.this_processor = lambda: from_cpuinfo(change["cpuinfo"])
    os.environ.update(change.get("environment", {}))
    if "python" in change:
        platform.python_version = lambda: change["python"]
    if "file" in change:
        path = Path(change["file"])
        before = path.read_bytes()
        path.write_text(before.decode() + change.get("text", "_ANOTHER = 1"))
    values = dict(sent["job"], **change.get("job", {}))
    key = job_keys("pipeline.experiment.training:train", [Training(**values)], None, anywhere="anywhere" in change)[0]
    if "file" in change:
        path.write_bytes(before)
    os.write(sending, key.encode())
    os._exit(0)
"""


class Copy:
    """A copy of the sources, in which keys are computed."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("pipeline", "src"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))

    def keys(self, *changes):
        """Return the experiment's key after each of the changes alone."""
        job = {field.name: getattr(TRAINING, field.name) for field in fields(Training)}
        paths = os.pathsep.join(str(self.folder / name) for name in ("src", "."))
        done = subprocess.run(
            [sys.executable, "-B", "-c", COMPUTE],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": paths},
            input=json.dumps({"job": job, "changes": changes}),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return Copy(tmp_path_factory.mktemp("copy"))


def test_another_process_in_another_folder_has_the_same_key(copy):
    assert copy.keys({}, {}) == [key(shared=None)] * 2


DECISIVE = [
    "pipeline/experiment/training.py",
    "pipeline/experiment/loop.py",
    "pipeline/experiment/yardstick.py",
    "src/tfvae/randomness.py",
    "src/tfvae/evaluation/moments.py",
    "src/tfvae/models/vae.py",
    "src/tfvae/models/likelihoods.py",
    "src/tfvae/networks/layers.py",
    "src/tfvae/networks/classifier.py",
    "src/tfvae/sampling/generation.py",
    "src/tfvae/training/loop.py",
    "src/tfvae/training/steps.py",
    "src/tfvae/training/batches.py",
]
NAMED = ["src/tfvae/networks/mlp.py", "src/tfvae/distributions/gaussian.py"]
NOT_NAMED = ["src/tfvae/networks/cnn.py", "src/tfvae/distributions/stick_breaking.py"]
INDIFFERENT = [
    "pipeline/experiment/measuring.py",
    "pipeline/experiment/running.py",
    "pipeline/files.py",
    "pipeline/figures.py",
    "pipeline/thesis/tables.py",
    "pipeline/pareto_select.py",
    "pipeline/params/schema.py",
    "src/tfvae/evaluation/frechet.py",
    "src/tfvae/evaluation/metrics.py",
    "src/tfvae/models/conditional.py",
    "src/tfvae/models/vq_vae.py",
    "src/tfvae/plotting/style.py",
    "src/tfvae/data/mnist.py",
    "pipeline/stage.py",
    "pipeline/jobs/provenance.py",
    "src/tfvae/training/jobs.py",
    "src/tfvae/networks/registry.py",
]


def test_the_sources_that_a_job_runs_count_and_no_others(copy):
    """Registries lead to what the job names alone."""
    plain, *changed = copy.keys({}, *({"file": file} for file in DECISIVE + NAMED))
    assert len({plain, *changed}) == 1 + len(changed)
    assert copy.keys(*({"file": file} for file in NOT_NAMED + INDIFFERENT)) == [plain] * len(NOT_NAMED + INDIFFERENT)


def test_what_a_job_names_decides_which_sources_count(copy):
    other = CONFIGURATION | {"network": "cnn", "posterior": {"name": "stick_breaking", "latent_dim": 3}}
    job = {"configuration": other}
    plain, *changed = copy.keys({"job": job}, *({"job": job, "file": file} for file in NOT_NAMED))
    assert len({plain, *changed}) == 3
    # What is named by a registry is followed on: sticks are drawn through a Kumaraswamy distribution.
    [inherited] = copy.keys({"job": job, "file": "src/tfvae/distributions/kumaraswamy.py"})
    assert inherited != plain
    assert copy.keys(*({"job": job, "file": file} for file in NAMED)) == [plain] * 2


def test_comments_and_docstrings_do_not_count(copy):
    plain, *others = copy.keys({}, *({"file": file, "text": "\n# A comment\n'A text'\n"} for file in DECISIVE + NAMED))
    assert set(others) == {plain}
