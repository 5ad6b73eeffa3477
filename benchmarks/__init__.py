"""Throughput of tfvae beside a plain Keras loop and a peer, measured in one run: `python -m benchmarks`."""

import sys
from pathlib import Path

# The library beside this folder is the one that is measured, not an installed one.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
