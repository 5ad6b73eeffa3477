"""What the processor is, as far as it decides results and speed: its name, and what numerical kernels choose by."""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

# What a hypervisor or the kernel's version adds to the other flags decides no result.
_INSTRUCTIONS = re.compile(r"sse4_[12]|fma|f16c|avx\w*|amx_\w+|asimd\w*|neon|bf16|i8mm|sve\w*|sme2?")
_BFLOAT16 = {"avx512_bf16", "amx_bf16"}
# Of ONEDNN_MAX_CPU_ISA, in small letters as oneDNN reads it: what leaves out AVX512_CORE_BF16. It ignores other values.
_BELOW_BFLOAT16 = {"sse41", "avx", "avx2", "avx2_vnni", "avx2_vnni_2", "avx512_core", "avx512_core_vnni"}


@dataclass(frozen=True)
class Processor:
    """A processor's name, and its sorted instruction sets, as Linux spells them, that numerical kernels choose by."""

    name: str
    instructions: tuple[str, ...]

    def computes_bfloat16(self, environment: Mapping[str, str]) -> bool:
        """Return whether TensorFlow computes bfloat16 in hardware, by what was measured: with AVX-512 or AMX.

        Without, it emulates the format, which makes convolutions an order of magnitude slower than float32. The
        environment may withhold instructions from oneDNN, or oneDNN from TensorFlow.
        """
        limit = environment.get("ONEDNN_MAX_CPU_ISA") or environment.get("DNNL_MAX_CPU_ISA") or ""
        is_off = environment.get("TF_ENABLE_ONEDNN_OPTS", "").lower() in ("0", "false")
        return not (_BFLOAT16.isdisjoint(self.instructions) or limit.lower() in _BELOW_BFLOAT16 or is_off)


@cache
def this_processor() -> Processor:
    """Return this machine's processor: from /proc/cpuinfo, else from `sysctl`, else with no more than its name."""
    try:
        return from_cpuinfo(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore"))
    except OSError:
        command = ["sysctl", "machdep.cpu.brand_string", "hw.optional"]
    try:
        return from_sysctl(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    except OSError:
        return _processor("", ())


def from_cpuinfo(text: str) -> Processor:
    """Return the processor of a text of Linux's /proc/cpuinfo; all its cores are taken to be like the first."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    arm = " ".join(fields[name] for name in ("CPU implementer", "CPU part") if name in fields)
    return _processor(fields.get("model name") or arm, (fields.get("flags") or fields.get("Features", "")).split())


def from_sysctl(text: str) -> Processor:
    """Return the processor of what macOS's `sysctl machdep.cpu.brand_string hw.optional` prints, names with values."""
    values = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    present = [name.rpartition(".")[2].lower() for name, value in values.items() if value == "1"]
    # hw.optional.avx2_0 is AVX2, hw.optional.arm.FEAT_BF16 is what Linux calls bf16.
    spelt = [name.removeprefix("feat_").removesuffix("_0") for name in present]
    return _processor(values.get("machdep.cpu.brand_string", ""), spelt)


def _processor(name: str, flags: Iterable[str]) -> Processor:
    known = sorted({flag for flag in flags if _INSTRUCTIONS.fullmatch(flag)})
    return Processor(name or platform.processor() or platform.machine(), tuple(known))


def fast_precision() -> Literal["bfloat16", "float32"]:
    """Return the number format in which this machine trains fastest; float32 where it was not measured, as on a GPU."""
    return "bfloat16" if this_processor().computes_bfloat16(os.environ) and not has_gpu() else "float32"


def has_gpu() -> bool:
    """Return whether this machine has a GPU that TensorFlow's CUDA build may use."""
    return Path("/dev/nvidia0").exists()
