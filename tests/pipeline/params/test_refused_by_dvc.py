"""Bad parameter files through `dvc repro` itself: nothing is touched, and no command in a value runs."""

import hashlib

import pytest

from tests.pipeline.params.bad_files import places, spliced
from tests.pipeline.params.parameter_files import FILES
from tests.pipeline.study import make_study, stages_run
from tests.pipeline.test_end_to_end import in_a_checkout

pytestmark = pytest.mark.skipif(not in_a_checkout(), reason="copies the files that Git tracks")

PARAMS, LEGACY, ARCHITECTURES = "params", "legacy", "architectures"
# What stands where, in which file, and what the message must say: DVC has messages of its own for what it cannot read.
MISTAKES = {
    "command": (PARAMS, ("datasets",), "['a; touch x']", "known datasets are"),
    "substitution": (PARAMS, ("beta",), "$(touch x)", "beta: a number from 0 to 1000 is needed"),
    "backticks": (PARAMS, ("beta",), "'`touch x`'", "beta: a number from 0 to 1000 is needed"),
    "path": (PARAMS, ("searched",), "[../../x]", ""),
    "interpolation": (PARAMS, ("transfer_architecture", "source"), "'${beta}'", ""),
    "range": (PARAMS, ("main_experiments", "digits", "mlp", "steps"), "0", "main_experiments.digits.mlp.steps: input"),
    "folder": (LEGACY, ("legacy_experiments", "common", "scale"), "0", "legacy_experiments.common.scale: input should"),
    "null": (PARAMS, ("training", "mlp"), "~", "training.mlp: "),
    "tag": (PARAMS, ("model", "likelihood"), "!!python/object/apply:os.system ['touch x']", ""),
    "broken": (PARAMS, ("manifolds",), "[1", ""),
    "names": (ARCHITECTURES, ("mlp", "candidates"), "[e0-d0, $(touch x)]", "mlp.candidates.1: "),
    "window": (ARCHITECTURES, ("cnn", "encoders", "e0", 0, "kernel"), "29", "cnn.encoders.e0.0.kernel: input"),
    "shape": (ARCHITECTURES, ("cnn", "decoders", "d0", "reshape"), "[7, 7]", "cnn.decoders.d0.reshape: list should"),
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study that was never run, with something in the place of what its stages write."""
    study = make_study(tmp_path_factory.mktemp("refused"))
    study.environment["PYTHONDONTWRITEBYTECODE"] = "1"
    assert study.dvc("repro", "fingerprint").returncode == 0  # it concerns the code, not the parameters
    for path in ("data/digits.npz", "metrics/fid-classifier/digits/weights.npz", "metrics/summary/digits.json"):
        (study.root / path).parent.mkdir(parents=True)
        (study.root / path).write_text("kept", encoding="utf-8")
    return study


def tree(root):
    """Return {path: digest} of all files of a project, its Git folder among them, but DVC's own notes."""
    files = (path for path in root.rglob("*") if path.is_file() and (root / ".dvc" / "tmp") not in path.parents)
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_dvc_repro_ends_before_anything_is_touched(study, mistake):
    file, path, raw, message = MISTAKES[mistake]

    with study.changed(str(FILES[file]), lambda text: spliced(text, places(text)[path], raw)):
        before = tree(study.root)
        done = study.dvc("repro")
        after = tree(study.root)
    assert done.returncode != 0 and stages_run(done.stdout) <= {"check-parameters"}
    assert message in done.stderr and "Traceback" not in done.stdout + done.stderr
    assert after == before and "data/digits.npz" in after and not list(study.root.parent.rglob("x"))
