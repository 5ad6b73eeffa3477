"""Manifolds: which models are trained, and that a picture is the decoded grid."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from pipeline import files, manifolds
from pipeline.experiment.job import Outcome
from pipeline.experiment.training import Training, TrainingData, train
from pipeline.thesis.manifolds import Decoding, decode, plan
from tfvae.training.jobs import Progress

SHAPE = (28, 28, 1)
ARCHITECTURE = {"name": "a-b", "encoder": [16], "decoder": [16]}


def test_a_gaussian_model_per_beta_and_one_that_breaks_sticks(parameters_with, committed):
    broken = "stick_breaking.common"
    parameters = parameters_with(
        {
            "manifolds.common.betas": [0.2, 1],
            "manifolds.digits.cnn.steps": 33,
            f"{broken}.warmup_share": 0.1,
            f"{broken}.concentration": 3,
            f"{broken}.gradient_clip": 7,
        }
    )
    planned = {job.model: job for job in plan(parameters, "digits", "cnn", ARCHITECTURE, SHAPE, Path("models"))}
    assert list(planned) == ["beta_0.2", "beta_1", "stick_breaking"]
    training = {key: value for key, value in committed["training"]["cnn"].items() if key != "precision"}
    for name, beta in (("beta_0.2", 0.2), ("beta_1", 1)):
        one = planned[name].training
        assert one.configuration["posterior"] == {"name": "diagonal_gaussian", "latent_dim": 2}
        assert one.schedule == {"beta": beta, **training}
    one = planned["stick_breaking"].training
    # Three sticks have two free fractions.
    assert one.configuration["posterior"] == {"name": "stick_breaking", "latent_dim": 3, "concentration": 3}
    assert one.schedule == {"beta": 1, **training, "warmup_steps": 3, "gradient_clip": 7}
    configurations = [job.training.configuration for job in planned.values()]
    assert {configuration["network"] for configuration in configurations} == {"cnn"}
    assert all(one["encoder"] == [16] and one["image_shape"] == [28, 28, 1] for one in configurations)
    section = committed["manifolds"]["common"]
    for name, job in planned.items():
        assert job.training.steps == 33 and job.training.seed == section["seed"]
        assert job.folder == Path("models") / name and job.measuring.training is job.training
        decoding = job.measuring
        assert (decoding.points, decoding.scale, decoding.shift) == tuple(
            section[key] for key in ("points", "scale", "shift")
        )


def trained(configuration, images, progress):
    """Return the result of a training of twelve steps, and the pictures of its model."""
    values = {"beta": 1, "batch_size": 16, "learning_rate": 0.01}
    training = Training(configuration, values, seed=1, steps=12, periods=6)
    result = train(training, TrainingData(images), progress)
    return result, decode(Decoding(training, points=3, scale=100.0, shift=2.0), result, None)["pictures"]


@pytest.mark.parametrize(
    ("posterior", "corner"),
    [
        ({"name": "diagonal_gaussian", "latent_dim": 2}, ndtri([0.05, 0.95])),
        # v_1 = 0.05 and v_2 = 0.95, since the prior Beta(1, 1) is uniform.
        (
            {"name": "stick_breaking", "latent_dim": 3, "concentration": 1.0},
            np.array([0.05, 0.95 * 0.95, 0.95 * 0.05]),
        ),
    ],
    ids=["gaussian", "stick-breaking"],
)
def test_a_picture_is_the_decoded_grid(one_process, images, configuration, alone, posterior, corner):
    from tfvae.models.vae import build_vae

    configuration = {**configuration, "posterior": posterior}
    result, grids = trained(configuration, images[0], alone)
    assert list(grids) == ["plain", "scaled", "shifted", "shifted_back"]
    assert {(grid.shape, grid.dtype) for grid in grids.values()} == {((3, 3, *SHAPE), np.dtype(np.uint8))}
    model = build_vae(configuration)
    model.set_weights(result["weights"][""])
    moves = {"plain": corner, "scaled": 100 * corner, "shifted": corner + 2, "shifted_back": corner - 2}
    for name, latent in moves.items():
        expected = model.decode(latent[None].astype(np.float32)).numpy()[0] * 255
        # First row, last column; rounding may go either way at a half.
        np.testing.assert_allclose(grids[name][0, 2], expected, atol=0.51)


def test_it_trains_as_many_steps_as_it_reports(one_process, images, configuration):
    told = []
    trained(configuration, images[0], Progress(told.append))
    assert told[-1] == 12


def test_it_goes_on_to_the_byte_where_it_was_interrupted(one_process, images, configuration, alone, interrupted):
    whole, grids = trained(configuration, images[0], alone)
    (again, grids_again), told = interrupted(lambda progress: trained(configuration, images[0], progress))
    assert told[0] == 4 and told[-1] == 12
    for one, other in zip(again["weights"][""], whole["weights"][""], strict=True):
        assert one.tobytes() == other.tobytes()
    for name, grid in grids.items():
        np.testing.assert_array_equal(grids_again[name], grid)


def test_the_stage_keeps_every_model_and_all_pictures(monkeypatch, tmp_path, parameters_with, images):
    picture = np.zeros((2, 2, *SHAPE), np.uint8)

    def outcome(i, job):
        trained = {"weights": {"": [np.full(2, i)]}, "history": {"": []}}
        measured = {"pictures": {"plain": picture + i, "scaled": picture}, "history": {}}
        return Outcome(job, "key", trained, measured)

    def train_and_measure(functions, jobs, data, yardstick, *, label):
        assert functions.measure == "pipeline.thesis.manifolds:decode" and label == "manifolds digits mlp"
        np.testing.assert_array_equal(data.x_train, images[0])
        assert [job.training.steps for job in jobs] == [1000] * 3
        return [outcome(i, job) for i, job in enumerate(jobs)]

    monkeypatch.setattr(manifolds, "train_and_measure", train_and_measure)
    data = dict.fromkeys(("x_train", "x_test"), images[0]) | dict.fromkeys(("y_train", "y_test"), images[1])
    files.write_npz(tmp_path / "data.npz", data)
    files.write_json(tmp_path / "architecture.json", {"architecture": ARCHITECTURE})
    changes = {"manifolds.common.betas": [0.2, 2], "manifolds.digits.mlp.steps": 1000}
    manifolds.main(
        parameters_with(changes), dataset="digits", network="mlp", data=tmp_path / "data.npz",
        architecture=tmp_path / "architecture.json", models=tmp_path / "models", figure_data=tmp_path / "shown",
    )  # fmt: skip
    pictures = files.read_npz(tmp_path / "shown" / "manifolds.npz")
    assert files.read_json(tmp_path / "shown" / "manifolds.json") == {"precision": "float32"}
    names = ["beta_0.2", "beta_2", "stick_breaking"]
    assert set(pictures) == {f"{name}|{column}" for name in names for column in ("plain", "scaled")}
    assert [int(pictures[f"{name}|plain"].max()) for name in names] == [0, 1, 2]
    for i, name in enumerate(names):
        found = {path.name for path in (tmp_path / "models" / name).iterdir()}
        assert found == {"config.json", "training.npz", "weights.npz"}
        assert files.read_weights(tmp_path / "models" / name / "weights.npz")[0].tolist() == [i, i]
        posterior = files.read_json(tmp_path / "models" / name / "config.json")["posterior"]["name"]
        assert posterior == ("stick_breaking" if name == "stick_breaking" else "diagonal_gaussian")
