"""The comparison of plain, beta- and vector-quantised VAEs: its jobs, what one returns, and what the stage writes."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import files, vector_quantised
from pipeline.vector_quantised import amount, plan, record
from pipeline.vq_vae import jobs as quantised_jobs
from pipeline.vq_vae.jobs import REAL
from tests.pipeline.conftest import SHAPE

SETTINGS = {
    "vector_quantised.common.precision": "float32",
    "vector_quantised.digits.steps": 6,
    "vector_quantised.digits.quantised_steps": 5,
    "vector_quantised.digits.prior_steps": 4,
    "vector_quantised.digits.images": 60,
    "vector_quantised.digits.few_images": 20,
    "vector_quantised.digits.neighbour_images": 30,
    "vector_quantised.digits.projected_images": 40,
    "vector_quantised.digits.classifier_steps": 3,
    "vector_quantised.common.prior": {"channels": 4, "depth": 2, "radius": 1, "precision": "float32"},
    "vector_quantised.common.batch_size": 16,
}


@pytest.fixture
def settings(parameters_with):
    return parameters_with(SETTINGS).vector_quantised.of("digits")


def of(jobs, model):
    return next(job for job in jobs if job["model"] == model)


def test_the_jobs_are_the_models_of_the_comparison(settings):
    jobs = plan(settings, SHAPE)
    names = [job["model"] for job in jobs]
    quantised = {f"vq-vae-{dim}-{codes}" for dim in (8, 16, 32) for codes in (10, 20, 128)}
    plain = {"vae-2", "vae-8", "vae-16", "vae-32", "beta-vae-2", "beta-vae-8", "beta-vae-16"}
    assert set(names) == quantised | plain | {REAL}
    assert all(names.count(name) == 3 for name in (*plain, "vq-vae-16-128", REAL))
    assert all(names.count(name) == 1 for name in quantised - {"vq-vae-16-128"})
    assert len({(job["model"], job["seed"]) for job in jobs}) == len(jobs)
    assert of(jobs, "beta-vae-8")["beta"] == 2 and of(jobs, "vae-8")["beta"] == 1
    quantizer = of(jobs, "vq-vae-8-20")["configuration"]["quantizer"]
    assert (quantizer["latent_dim"], quantizer["codes"]) == (8, 20) == (8, of(jobs, "vq-vae-8-20")["prior"]["codes"])
    assert [amount(of(jobs, name)) for name in ("vq-vae-8-10", "vae-2", REAL)] == [9, 6, 1]


@pytest.fixture
def shared(yardstick, settings):
    labels = yardstick.labels.copy()
    labels[:6] = (labels[:6] + 1) % 5
    names = ("images", "few_images", "neighbours", "neighbour_images", "projected_images", "regions", "region_width")
    classifier = {"steps": 3, "batch_size": 16, "learning_rate": 1e-3, "dropout": 0.5}
    return {
        "yardstick": yardstick, "y_test": labels, "classifier": classifier,
        **{name: getattr(settings, name) for name in names},
    }  # fmt: skip


class Progress:
    """Keeps what it is told."""

    def __init__(self, kept=None):
        self.reported, self.kept, self._resumed = [], [], kept

    def report(self, amount):
        self.reported.append(amount)

    def keep(self, state):
        self.kept.append(state)

    def resume(self):
        return self._resumed


COMMON = {
    "fid", "fid_relative", "kid", "tvd", "max_class_gap", "inception_score", "inception_score_few", "precision",
    "recall", "density", "coverage", "cas",
}  # fmt: skip
OF_TEST = {"mse", "fid_reconstructions", "class_agreement"}


def test_a_gaussian_job(one_process, settings, shared):
    progress = Progress()
    result = quantised_jobs.run(of(plan(settings, SHAPE), "vae-2"), shared, progress)
    assert sum(progress.reported) == 6
    metrics = result["metrics"]
    assert set(metrics) == {"samplers", "distortion", "kl"} | OF_TEST
    assert set(metrics["samplers"]) == {"prior", "regions"}
    assert all(set(found) == COMMON for found in metrics["samplers"].values())
    assert metrics["samplers"]["prior"]["inception_score"] != metrics["samplers"]["regions"]["inception_score"]
    assert {name: array.shape for name, array in result["pictures"].items()} == {
        "samples-prior": (36, *SHAPE), "samples-regions": (36, *SHAPE), "plane": (40, 2),
        "reconstructions": (10, *SHAPE),
    }  # fmt: skip


def test_a_quantised_job_goes_on_where_it_was_interrupted(one_process, settings, shared):
    job = of(plan(settings, SHAPE), "vq-vae-8-10")
    progress = Progress()
    result = quantised_jobs.run(job, shared, progress)
    assert sum(progress.reported) == amount(job)
    assert set(result["metrics"]) == {"samplers", "perplexity", "dead_codes", "nats_per_code",
                                      "nats_per_code_training"} | OF_TEST  # fmt: skip
    assert 1 <= result["metrics"]["perplexity"] <= 10
    assert result["pictures"]["codes"].shape == (10, 7, 7)
    assert result["pictures"]["samples-prior"].shape == (60, *SHAPE)  # of the 200 wanted, all that were generated
    assert [row["step"] for row in result["history"]["prior"]] == [1, 2, 3, 4]
    in_the_prior = next(state for state in progress.kept if "prior" in state)
    again = Progress({**in_the_prior})
    resumed = quantised_jobs.run({**job, "pictures": 0}, shared, again)
    assert sum(again.reported) == amount(job)
    assert resumed["metrics"] == result["metrics"] and resumed["pictures"] == {}


def test_real_images_are_the_yardstick(one_process, settings, shared):
    metrics = quantised_jobs.run(of(plan(settings, SHAPE), REAL), shared, Progress())["metrics"]
    assert set(metrics) == {"samplers", "inception_score", "inception_score_few"}
    assert set(metrics["samplers"]["training_images"]) == COMMON


def test_the_stage_writes_models_pictures_and_a_record(monkeypatch, tmp_path, parameters_with, yardstick, images):
    parameters = parameters_with(SETTINGS | {"vector_quantised.common.codes": [128]})

    def run_resumable(function, jobs, shared, *, amounts, label, unit):
        assert (function, label, unit) == ("pipeline.vq_vae.jobs:run", "vector-quantised digits", "step")
        assert amounts == [amount(job) for job in jobs]
        assert shared["classifier"]["steps"] == 3 and shared["images"] == 60
        return [made_up(job) for job in jobs]

    def made_up(job):
        if job["model"] == REAL:
            return {"metrics": {"inception_score": 9.5 + job["seed"] / 10}}
        quantised = "prior" in job
        parts = ("model", "prior") if quantised else ("model",)
        return {
            "metrics": {"samplers": {"prior": {"fid": float(job["seed"])}}, "mse": 2.0},
            "weights": {part: [np.full(3, job["seed"])] for part in parts},
            "history": {part: [{"step": 1, "loss": 1.0}] for part in parts},
            "pictures": {"reconstructions": np.zeros((10, 2)), "codes" if quantised else "plane": np.zeros((40, 2))}
            if job["pictures"] else {},
        }  # fmt: skip

    monkeypatch.setattr(vector_quantised, "run_resumable", run_resumable)
    monkeypatch.setattr(vector_quantised, "read_yardstick", lambda data, classifier: yardstick)
    files.write_npz(tmp_path / "data.npz", {"y_test": yardstick.labels})
    arguments = SimpleNamespace(dataset="digits", data=tmp_path / "data.npz", classifier=tmp_path,
                                models=tmp_path / "models", record=tmp_path / "record.json")  # fmt: skip
    vector_quantised.main(parameters, arguments)
    found = files.read_json(tmp_path / "record.json")
    assert found["classifier_accuracy"] == 1.0 and found["shown"] == "vq-vae-16-128"
    assert found["real"]["inception_score"]["values"] == [9.5, 9.6, 9.7]
    model = found["models"]["vq-vae-16-128"]
    assert (model["latent_dim"], model["codes"], model["parameters"]) == (16, 128, 6)
    assert model["steps"] == {"model": 5, "prior": 4}
    assert model["samplers"]["prior"]["fid"]["values"] == [0.0, 1.0, 2.0]
    assert found["models"]["vae-8"]["beta"] == 1 and found["models"]["vq-vae-8-128"]["seeds"] == [0]
    directory = tmp_path / "models" / "vq-vae-16-128" / "seed-2"
    assert files.read_weights(directory / "prior.npz")[0].tolist() == [2, 2, 2]
    assert files.read_json(directory / "prior.json")["codes"] == 128
    assert (directory / "model-history.csv").read_text() == "step,loss\n1,1\n"
    pictures = files.read_npz(tmp_path / "models" / "pictures.npz")
    assert {"originals", "labels", "vae-2|plane", "vq-vae-8-128|codes"} <= set(pictures)
    assert len(pictures["originals"]) == 10 and len(pictures["labels"]) == 40


def test_a_record_needs_no_second_seed(settings):
    jobs = [{"model": REAL, "seed": 0}]
    assert record(jobs, [{"metrics": {"inception_score": 9.0}}])["real"]["inception_score"]["sd"] is None
