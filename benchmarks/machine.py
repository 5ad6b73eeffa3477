"""What was measured on, without names of hosts, paths or dates; and whether the peer is there."""

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.contender import ROOT

PEER_PYTHON = "TFVAE_BENCH_PEER_PYTHON"
_PROBE = """
import json, platform, pythae, torch
from importlib.metadata import version
names = ("torch", "pythae", "numpy")
print(json.dumps({"python": platform.python_version(), **{name: version(name) for name in names}}))
"""


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe() -> dict[str, Any]:
    """Return processor, number of cores, and versions."""
    names = ("tensorflow", "keras", "numpy", "scipy")
    return {
        "processor": _processor(),
        "cores": count_cores(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def peer_python() -> str:
    """Return the interpreter of the peer's environment: `TFVAE_BENCH_PEER_PYTHON`, else that of .venv-bench."""
    return os.environ.get(PEER_PYTHON) or str(ROOT / ".venv-bench" / "bin" / "python")


def probe_peer(python: str) -> tuple[dict[str, str] | None, str]:
    """Return the versions in the peer's environment, or None and why it cannot be used."""
    if not Path(python).exists():
        return None, "its environment .venv-bench is missing"
    try:
        done = subprocess.run([python, "-c", _PROBE], capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"its interpreter does not answer ({type(error).__name__})"
    if done.returncode:
        return None, f"it cannot be imported: {(done.stderr.strip() or 'no message').splitlines()[-1]}"
    versions: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return versions, ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="ignore").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
