"""Settings of numerical libraries in the environment: which may decide a result, and which spoil it."""

import re
from collections.abc import Mapping

from tfvae.errors import Refused
from tfvae.training.processor import has_gpu

# Beginnings of names. `GLIBC_TUNABLES` chooses among versions of exp and log; `OMP_` and `KMP_` are left out, because
# a job has one thread.
_LIBRARIES = (
    "BLIS_", "DNNL_", "GLIBC_TUNABLES", "KERAS_", "MKL_", "NPY_", "ONEDNN_", "OPENBLAS_", "SCIPY_", "SKLEARN_", "TF_",
    "XLA_",
)  # fmt: skip
_OF_A_GPU = ("CUBLAS_", "CUDA_", "CUDNN_", "NVIDIA_TF32_OVERRIDE")
# Whole names of what changes no number.
_HARMLESS = re.compile(
    r"TF_(CPP|LOG)\w*|\w+_VERBOSE\w*|(DNNL|ONEDNN)_JIT_\w+"  # what is logged
    r"|\w+_NUM\w*_THREADS|MKL_DYNAMIC|MKL_THREADING_LAYER|OPENBLAS_\w*THREAD\w*"  # a job sets its one thread itself
    r"|TF_FORCE_GPU_ALLOW_GROWTH"  # a job sets it
    r"|KERAS_BACKEND|KERAS_HOME|TF_USE_LEGACY_KERAS"  # `tfvae.backend` sees to them
    r"|TF_(CLI|CLOUD|HTTP|PLUGIN|TOKEN|VAR)_\w+|TF_(DATA_DIR|INPUT|IN_AUTOMATION|WORKSPACE)"  # Terraform's, some secret
)
# A name and a value that make libraries compute with fewer digits than the parameters say, or in an order of their own.
_OTHER_ARITHMETIC = re.compile(
    r"\w+_FPMATH_MODE=(?!strict$|$).*|(TF_)?XLA_FLAGS=.*(fast_math(?!=(false|0))|auto_jit(?!=(0|-1))).*", re.IGNORECASE
)


def settings(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return "NAME=value" of the variables that may decide a result, sorted: all that are not known to change none."""
    beginnings = _LIBRARIES + _OF_A_GPU if has_gpu() else _LIBRARIES
    names = sorted(name for name in environment if name.startswith(beginnings) and not _HARMLESS.fullmatch(name))
    return tuple(f"{name}={environment[name]}" for name in names)


def refuse_other_arithmetic(environment: Mapping[str, str]) -> None:
    """Refuse to compute what DVC, which sees parameters and code, would record as if the parameters had led to it.

    What stands for another processor, such as `ONEDNN_MAX_CPU_ISA`, is no such setting.

    Raises:
        Refused: if a setting makes float32 something else.
    """
    for setting in settings(environment):
        if _OTHER_ARITHMETIC.fullmatch(setting):
            raise Refused(
                "a setting changes how libraries compute, which no parameter and no record says: run "
                f"`unset {setting.partition('=')[0]}` first; the parameter `precision` chooses the number format. "
                f"Received: {setting}"
            )
