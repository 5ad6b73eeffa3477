"""The stages of dvc.yaml, one module each."""

import sys
from pathlib import Path

# The library beside the stage is the one that runs: with another copy installed, an experiment in a copied workspace
# would silently import that one.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
