"""Settings in the environment: what may decide a result is in the keys, and what spoils results ends every command."""

import pytest

from pipeline import ahead, stage
from pipeline.jobs import settings as module
from pipeline.jobs.executors import description, perform
from pipeline.jobs.provenance import machine
from pipeline.jobs.settings import refuse_other_arithmetic, settings
from tfvae.errors import Refused

FAST_MATH = "--xla_dump_to=/tmp --xla_cpu_enable_fast_math=true"
SPOILING = [
    ("ONEDNN_DEFAULT_FPMATH_MODE", "BF16"), ("DNNL_DEFAULT_FPMATH_MODE", "any"), ("TF_SET_ONEDNN_FPMATH_MODE", "bf16"),
    ("TF_XLA_FLAGS", "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit"), ("XLA_FLAGS", FAST_MATH),
    ("XLA_FLAGS", "--xla_cpu_enable_fast_math"),
]  # fmt: skip
ALLOWED = [
    ("ONEDNN_DEFAULT_FPMATH_MODE", "STRICT"), ("DNNL_DEFAULT_FPMATH_MODE", ""), ("ONEDNN_MAX_CPU_ISA", "AVX2"),
    ("TF_ENABLE_ONEDNN_OPTS", "0"), ("TF_XLA_FLAGS", "--tf_xla_auto_jit=0"), ("XLA_FLAGS", "--xla_dump_to=/tmp"),
    ("XLA_FLAGS", "--xla_cpu_enable_fast_math=false"), ("TF_OF_TOMORROW", "1"),
]  # fmt: skip
INDIFFERENT = [
    "DNNL_VERBOSE", "KERAS_BACKEND", "KERAS_HOME", "LC_ALL", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "ONEDNN_JIT_DUMP",
    "OPENBLAS_NUM_THREADS", "OPENBLAS_THREAD_TIMEOUT", "PYTHONHASHSEED", "TF2_BEHAVIOR", "TF_CPP_MIN_LOG_LEVEL",
    "TF_FORCE_GPU_ALLOW_GROWTH", "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_USE_LEGACY_KERAS",
    "TF_VAR_password", "TZ",
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), SPOILING)
def test_other_arithmetic_is_refused(name, value):
    with pytest.raises(Refused, match=rf"run `unset {name}` first; .* Received: {name}={value}$"):
        refuse_other_arithmetic({"HOME": "/", name: value})


@pytest.mark.parametrize(("name", "value"), ALLOWED)
def test_another_processor_is_allowed_and_known(name, value):
    refuse_other_arithmetic({name: value})
    assert settings({"HOME": "/", name: value}) == (f"{name}={value}",)


def test_what_changes_no_number_is_left_out():
    assert settings(dict.fromkeys(INDIFFERENT, "1")) == ()


@pytest.mark.parametrize(("gpu", "expected"), [(True, ("CUDA_VISIBLE_DEVICES=1", "NPY_X=1")), (False, ("NPY_X=1",))])
def test_settings_of_a_gpu_count_where_there_is_one(monkeypatch, gpu, expected):
    monkeypatch.setattr(module, "has_gpu", lambda: gpu)
    assert settings({"CUDA_VISIBLE_DEVICES": "1", "NPY_X": "1"}) == expected


def test_a_worker_with_another_setting_refuses(monkeypatch):
    """On a Dask cluster and on Slurm, too: both call `perform`."""
    machine.cache_clear()
    expected = description()
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    machine.cache_clear()
    with pytest.raises(Refused, match=r"a worker differs .*: ONEDNN_MAX_CPU_ISA=AVX2\. Run the same command again"):
        perform("tests.training.work:add_up", None, None, expected, lambda amount: None)
    machine.cache_clear()


def main(dataset: str) -> None:
    """Stand for a stage."""
    raise AssertionError(f"{dataset} is computed")


def test_every_stage_and_ahead_end_with_one_message(monkeypatch, capsys):
    monkeypatch.setenv("ONEDNN_DEFAULT_FPMATH_MODE", "BF16")
    monkeypatch.setattr("sys.argv", ["stage", "--dataset", "digits"])
    for command in (lambda: stage.run(main), lambda: ahead.main(["--list"])):
        with pytest.raises(SystemExit, match=r"^error: a setting .* Received: ONEDNN_DEFAULT_FPMATH_MODE=BF16$"):
            command()
    assert capsys.readouterr().out == ""
