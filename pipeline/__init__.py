"""The stages of dvc.yaml, one module each."""

import io
import sys
from pathlib import Path

# The library beside the stage is the one that runs: with another copy installed, an experiment in a copied workspace
# would silently import that one.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

# A sign that the terminal cannot show is a question mark; it does not end a command whose work is done.
if isinstance(sys.stdout, io.TextIOWrapper):
    sys.stdout.reconfigure(errors="replace")
