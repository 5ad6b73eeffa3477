"""Worker processes that start without TensorFlow, for jobs that do not need it, and bars that can be read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIVE_UP = 120  # seconds


@pytest.fixture
def light(monkeypatch, stand_in):
    """Let workers start fast. This process itself, whose TensorFlow is the real one, imports nothing."""
    monkeypatch.setattr("tfvae.training.jobs.import_tensorflow", lambda: None)
    monkeypatch.syspath_prepend(stand_in)


@pytest.fixture
def bars(monkeypatch):
    """A list of the progress bars that were made: in their place stands something that adds up what is reported."""
    made = []

    class Bar:
        def __init__(self, total, desc, unit, **options):
            self.total, self.label, self.unit, self.n = total, desc, unit, 0.0
            made.append(self)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def update(self, amount):
            self.n += amount

    monkeypatch.setattr("tfvae.training.jobs.tqdm", Bar)
    return made


@pytest.fixture
def script(stand_in):
    """Return a function that starts a Python script in a process of its own, with workers that start fast."""
    paths = os.pathsep.join(map(str, (stand_in, ROOT / "src", ROOT)))
    started = []

    def start(path, source, *arguments, workers="2"):
        path.write_text(source, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, str(path), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": paths, "TFVAE_WORKERS": workers},
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=GIVE_UP)
