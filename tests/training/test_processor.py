"""What the processor is, from the texts of machines that this one is not."""

import subprocess
from types import SimpleNamespace

import pytest

from tfvae.training import processor
from tfvae.training.processor import Processor, from_cpuinfo, from_sysctl

OLD = "fpu vme sse sse2 ht ssse3 fma sse4_1 sse4_2 avx f16c hypervisor smep erms md_clear avx2"
WIDE = f"{OLD} avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni"
X86 = "processor\t: 0\nmodel name\t: {name}\nbugs\t\t: spectre_v1\nflags\t\t: {flags}\n\n"
LAPTOP = X86.format(name="Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", flags=OLD)
SAPPHIRE_RAPIDS = X86.format(
    name="Intel(R) Xeon(R) Platinum 8481C", flags=f"{WIDE} avx_vnni avx512_bf16 avx512_fp16 amx_bf16 amx_tile amx_int8"
)
ZEN_4 = X86.format(name="AMD EPYC 9R14", flags=f"{WIDE} avx512_bf16 clzero")
CASCADE_LAKE = X86.format(name="Intel(R) Xeon(R) Platinum 8259CL", flags=WIDE)
GRAVITON = (
    "processor\t: 0\nBogoMIPS\t: 2100.00\nFeatures\t: fp asimd evtstrm aes crc32 asimddp sve i8mm bf16\n"
    "CPU implementer\t: 0x41\nCPU part\t: 0xd40\n\n"
)
APPLE = (
    "machdep.cpu.brand_string: Apple M2\nhw.optional.neon: 1\nhw.optional.arm.FEAT_BF16: 1\n"
    "hw.optional.arm.FEAT_I8MM: 1\nhw.optional.arm.FEAT_SME: 0\nhw.optional.arm64: 1\n"
)
INTEL_MAC = (
    "machdep.cpu.brand_string: Intel(R) Core(TM) i7-1068NG7 CPU @ 2.30GHz\nhw.optional.sse4_1: 1\n"
    "hw.optional.avx2_0: 1\nhw.optional.avx512f: 1\nhw.optional.avx512bf16: 0\n"
)


@pytest.mark.parametrize(
    ("found", "name", "instructions"),
    [
        (from_cpuinfo(LAPTOP), "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "avx avx2 f16c fma sse4_1 sse4_2"),
        (
            from_cpuinfo(ZEN_4),
            "AMD EPYC 9R14",
            "avx avx2 avx512_bf16 avx512_vnni avx512bw avx512cd avx512dq avx512f avx512vl f16c fma sse4_1 sse4_2",
        ),
        (from_cpuinfo(GRAVITON), "0x41 0xd40", "asimd asimddp bf16 i8mm sve"),
        (from_sysctl(APPLE), "Apple M2", "bf16 i8mm neon"),
        (from_sysctl(INTEL_MAC), "Intel(R) Core(TM) i7-1068NG7 CPU @ 2.30GHz", "avx2 avx512f sse4_1"),
    ],
    ids=lambda value: value.name if isinstance(value, Processor) else "",
)
def test_a_processor_is_its_name_and_what_kernels_choose_by(found, name, instructions):
    assert (found.name, " ".join(found.instructions)) == (name, instructions)


def test_every_core_and_every_other_flag_is_left_out():
    noisy = LAPTOP.replace("hypervisor", "hypervisor retbleed_fix smap") + LAPTOP.replace("i7-8550U", "other core")
    assert from_cpuinfo(noisy) == from_cpuinfo(LAPTOP)
    assert {"avx_vnni", "amx_tile", "amx_bf16", "amx_int8"} <= set(from_cpuinfo(SAPPHIRE_RAPIDS).instructions)


@pytest.mark.parametrize(
    ("found", "computes"),
    [
        (from_cpuinfo(SAPPHIRE_RAPIDS), True), (from_cpuinfo(ZEN_4), True), (from_cpuinfo(LAPTOP), False),
        (from_cpuinfo(CASCADE_LAKE), False), (from_cpuinfo(GRAVITON), False), (from_sysctl(APPLE), False),
        (from_sysctl(INTEL_MAC), False), (Processor("x86_64", ()), False),
    ],
    ids=lambda value: value.name if isinstance(value, Processor) else "",
)  # fmt: skip
def test_bfloat16_counts_as_computed_where_that_was_measured(found, computes):
    assert found.computes_bfloat16({"PATH": "/bin"}) is computes


@pytest.mark.parametrize(
    ("environment", "computes"),
    [
        ({"ONEDNN_MAX_CPU_ISA": isa}, False)
        for isa in (
            "SSE41",
            "AVX",
            "AVX2",
            "AVX2_VNNI",
            "AVX2_VNNI_2",
            "AVX512_CORE",
            "AVX512_CORE_VNNI",
            "avx512_core",
        )
    ]
    + [
        ({"ONEDNN_MAX_CPU_ISA": isa}, True)
        for isa in ("AVX512_CORE_BF16", "avx512_core_fp16", "AVX512_CORE_AMX", "ALL", "DEFAULT", "")
    ]
    + [
        ({"DNNL_MAX_CPU_ISA": "AVX2"}, False),
        ({"ONEDNN_MAX_CPU_ISA": "ALL", "DNNL_MAX_CPU_ISA": "AVX2"}, True),
        ({"TF_ENABLE_ONEDNN_OPTS": "0"}, False),
        ({"TF_ENABLE_ONEDNN_OPTS": "False"}, False),
        ({"TF_ENABLE_ONEDNN_OPTS": "1"}, True),
    ],
    ids=str,
)
def test_the_environment_can_withhold_it(environment, computes):
    assert from_cpuinfo(SAPPHIRE_RAPIDS).computes_bfloat16(environment) is computes


@pytest.fixture
def machine(monkeypatch):
    """Return a function that gives this process the files and commands of another machine."""

    def become(cpuinfo=None, sysctl=None, gpu=False):
        def read_text(path, **_):
            if cpuinfo is None:
                raise FileNotFoundError(path)
            return cpuinfo

        def run(command, **_):
            if sysctl is None:
                raise FileNotFoundError(command[0])
            return SimpleNamespace(stdout=sysctl)

        monkeypatch.setattr(processor.Path, "read_text", read_text)
        monkeypatch.setattr(processor.Path, "exists", lambda path: gpu)
        monkeypatch.setattr(subprocess, "run", run)
        for name in ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "TF_ENABLE_ONEDNN_OPTS"):
            monkeypatch.delenv(name, raising=False)
        processor.this_processor.cache_clear()

    yield become
    processor.this_processor.cache_clear()


@pytest.mark.parametrize(
    ("files", "precision"),
    [
        ({"cpuinfo": SAPPHIRE_RAPIDS}, "bfloat16"), ({"cpuinfo": SAPPHIRE_RAPIDS, "gpu": True}, "float32"),
        ({"cpuinfo": LAPTOP}, "float32"), ({"sysctl": APPLE}, "float32"), ({}, "float32"), ({"cpuinfo": ""}, "float32"),
    ],
    ids=["server", "server with a GPU", "laptop", "Apple", "container without /proc/cpuinfo", "empty"],
)  # fmt: skip
def test_the_fast_precision_of_a_machine(machine, monkeypatch, files, precision):
    machine(**files)
    assert processor.fast_precision() == precision
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert processor.fast_precision() == "float32"


def test_without_a_source_the_name_is_that_of_the_platform(machine, monkeypatch):
    machine()
    monkeypatch.setattr(processor.platform, "processor", lambda: "")
    monkeypatch.setattr(processor.platform, "machine", lambda: "riscv64")
    assert processor.this_processor() == Processor("riscv64", ())
