"""The benchmark of a training job runs the pipeline's own functions."""

import shutil
from contextlib import closing

import numpy as np
from ruamel.yaml import YAML

from benchmarks.contender import Contender
from benchmarks.training_job import shares
from pipeline.jobs.closure import ROOT


def test_a_job_is_taken_apart(tmp_path):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    content = YAML().load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    content["main_experiments"]["mnist"]["mlp"] = {"steps": 20, "period_images": 60, "images": 60, "seeds": [0]}
    with (tmp_path / "params.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(content, file)
    np.save(tmp_path / "images.npy", np.random.default_rng(0).integers(0, 255, (100, 28, 28, 1), dtype=np.uint8))
    options = {"network": "mlp", "parameters": str(tmp_path / "params.yaml"), "images": str(tmp_path / "images.npy")}
    with closing(Contender("training_job", options, tmp_path / "errors.txt")) as worker:
        [reply] = worker.ask({"share": 1.0})
        start = worker.greetings[0]["start"]
    assert reply["steps"] == reply["all_steps"] == 20
    assert min(reply[name] for name in ("training", "evaluation", "other")) > 0
    assert 0 < shares({"start": start, **reply})["share_of_evaluation"] < 1
