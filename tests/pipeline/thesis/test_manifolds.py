"""Manifolds: which models are trained, and that a picture is the decoded grid."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtri

from pipeline import files, manifolds
from pipeline.manifolds import plan, train_and_decode
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
    planned = plan(parameters, "digits", "cnn", ARCHITECTURE, SHAPE)
    assert list(planned) == ["beta_0.2", "beta_1", "stick_breaking"]
    training = {key: value for key, value in committed["training"]["cnn"].items() if key != "precision"}
    for name, beta in (("beta_0.2", 0.2), ("beta_1", 1)):
        configuration, schedule = planned[name]
        assert configuration["posterior"] == {"name": "diagonal_gaussian", "latent_dim": 2}
        assert schedule == {"beta": beta, **training}
    configuration, schedule = planned["stick_breaking"]
    # Three sticks have two free fractions.
    assert configuration["posterior"] == {"name": "stick_breaking", "latent_dim": 3, "concentration": 3}
    assert schedule == {"beta": 1, **training, "warmup_steps": 3, "gradient_clip": 7}
    assert {c["network"] for c, _ in planned.values()} == {"cnn"}
    assert all(c["encoder"] == [16] and c["image_shape"] == [28, 28, 1] for c, _ in planned.values())


def settings():
    return SimpleNamespace(seed=1, steps=12, points=3, scale=100.0, shift=2.0)


def trained(configuration, images, progress):
    values = {"beta": 1, "batch_size": 16, "learning_rate": 0.01}
    return train_and_decode(("model", configuration, values), (images, settings()), progress)


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
    result = trained(configuration, images[0], alone)
    assert list(result["grids"]) == ["plain", "scaled", "shifted", "shifted_back"]
    assert {(grid.shape, grid.dtype) for grid in result["grids"].values()} == {((3, 3, *SHAPE), np.dtype(np.uint8))}
    model = build_vae(configuration)
    model.set_weights(result["weights"])
    moves = {"plain": corner, "scaled": 100 * corner, "shifted": corner + 2, "shifted_back": corner - 2}
    for name, latent in moves.items():
        expected = model.decode(latent[None].astype(np.float32)).numpy()[0] * 255
        # First row, last column; rounding may go either way at a half.
        np.testing.assert_allclose(result["grids"][name][0, 2], expected, atol=0.51)


def test_it_trains_as_many_steps_as_it_reports(one_process, images, configuration):
    told = []
    trained(configuration, images[0], Progress(told.append))
    assert told[-1] == 12


def test_it_goes_on_to_the_byte_where_it_was_interrupted(one_process, images, configuration, alone, interrupted):
    whole = trained(configuration, images[0], alone)
    again, told = interrupted(lambda progress: trained(configuration, images[0], progress))
    assert told[0] == 2 and told[-1] == 12
    assert [weight.tobytes() for weight in again["weights"]] == [weight.tobytes() for weight in whole["weights"]]
    for name, grid in whole["grids"].items():
        np.testing.assert_array_equal(again["grids"][name], grid)


def test_the_stage_keeps_every_model_and_all_pictures(monkeypatch, tmp_path, parameters_with, images):
    picture = np.zeros((2, 2, *SHAPE), np.uint8)

    def run_resumable(function, jobs, shared, *, amounts, label, unit):
        assert (function, label, unit) == ("pipeline.manifolds:train_and_decode", "manifolds digits mlp", "step")
        assert amounts == [1000] * 3
        numbered = range(len(jobs))
        return [{"weights": [np.full(2, i)], "grids": {"plain": picture + i, "scaled": picture}} for i in numbered]

    monkeypatch.setattr(manifolds, "run_resumable", run_resumable)
    files.write_npz(tmp_path / "data.npz", {"x_train": images[0]})
    files.write_json(tmp_path / "architecture.json", {"architecture": ARCHITECTURE})
    arguments = SimpleNamespace(
        dataset="digits", network="mlp", data=tmp_path / "data.npz", architecture=tmp_path / "architecture.json",
        models=tmp_path / "models",
    )  # fmt: skip
    changes = {"manifolds.common.betas": [0.2, 2], "manifolds.digits.mlp.steps": 1000}
    manifolds.main(parameters_with(changes), arguments)
    pictures = files.read_npz(tmp_path / "models" / "manifolds.npz")
    names = ["beta_0.2", "beta_2", "stick_breaking"]
    assert set(pictures) == {f"{name}|{column}" for name in names for column in ("plain", "scaled")}
    assert [int(pictures[f"{name}|plain"].max()) for name in names] == [0, 1, 2]
    for i, name in enumerate(names):
        assert files.read_weights(tmp_path / "models" / name / "weights.npz")[0].tolist() == [i, i]
        posterior = files.read_json(tmp_path / "models" / name / "config.json")["posterior"]["name"]
        assert posterior == ("stick_breaking" if name == "stick_breaking" else "diagonal_gaussian")
