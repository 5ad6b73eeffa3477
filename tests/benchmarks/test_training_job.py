"""The benchmark of a training job runs the pipeline's own functions."""

import shutil
from contextlib import closing

import numpy as np

from benchmarks.contender import Contender
from benchmarks.training_job import shares
from pipeline.jobs.closure import ROOT


def test_a_job_is_taken_apart(tmp_path):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    mnist = "mlp: {steps: 5000, period_images: 2000, images: 10000, seeds: [0, 1, 2, 3, 4]}"
    assert mnist in text
    (tmp_path / "params.yaml").write_text(
        text.replace(mnist, "mlp: {steps: 20, period_images: 60, images: 60, seeds: [0]}"), encoding="utf-8"
    )
    np.save(tmp_path / "images.npy", np.random.default_rng(0).integers(0, 255, (100, 28, 28, 1), dtype=np.uint8))
    options = {"network": "mlp", "parameters": str(tmp_path / "params.yaml"), "images": str(tmp_path / "images.npy")}
    with closing(Contender("training_job", options, tmp_path / "errors.txt")) as worker:
        [reply] = worker.ask({"share": 1.0})
        start = worker.greetings[0]["start"]
    assert reply["steps"] == reply["all_steps"] == 20
    assert min(reply[name] for name in ("training", "evaluation", "other")) > 0
    assert 0 < shares({"start": start, **reply})["share_of_evaluation"] < 1
