"""Training: against a reference in NumPy, and what it promises about seeds, fits and failures."""

from dataclasses import fields

import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import STICKS, configuration, digit_images
from tfvae import randomness
from tfvae.errors import Refused
from tfvae.models import build_vae
from tfvae.training import Schedule, Trainer, TrainingDiverged
from tfvae.training.loop import schedule_of

IMAGES = digit_images(300)
PIXEL_VARIANCE = float((IMAGES / 255).var(axis=0).sum())


def trainer_of(seed=0, images=IMAGES, network="mlp", changes=None, **schedule):
    model = build_vae(configuration(network, **(changes or {})), seed)
    values = {"beta": 0.2, "batch_size": 20, "learning_rate": 1e-3, "batches": "cyclic"} | schedule
    return Trainer(model, images, Schedule(**values), seed)


def bytes_of(trainer):
    return b"".join(weight.tobytes() for weight in trainer.model.get_weights())


class Adam:
    """Kingma & Ba (2015), algorithm 1, in the order of operations of its section 2, with a bound on the global norm."""

    def __init__(self, weights, learning_rate, clip):
        self.weights = [weight.astype(np.float64) for weight in weights]
        self.first = [np.zeros_like(weight) for weight in self.weights]
        self.second = [np.zeros_like(weight) for weight in self.weights]
        self.learning_rate, self.clip, self.step = learning_rate, clip, 0

    def apply(self, gradients):
        self.step += 1
        gradients = [np.asarray(gradient, np.float64) for gradient in gradients]
        norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
        factor = min(1.0, self.clip / norm) if self.clip else 1.0
        rate = self.learning_rate * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step)
        for weight, first, second, gradient in zip(self.weights, self.first, self.second, gradients, strict=True):
            first += 0.1 * (factor * gradient - first)
            second += 0.001 * ((factor * gradient) ** 2 - second)
            weight -= rate * first / (np.sqrt(second) + 1e-7)
        return norm


@pytest.mark.parametrize(("warmup", "clip"), [(0, None), (4, None), (0, 0.5)])
def test_the_loop_matches_a_plain_one(warmup, clip):
    """Stored order, noise keyed by the step, the rate's weight growing to beta, gradients by definition of the loss."""
    beta, rate, batch, steps = 2.0, 1e-2, 20, 6
    trainer = trainer_of(3, beta=beta, learning_rate=rate, warmup_steps=warmup, gradient_clip=clip, batch_size=batch)
    model = build_vae(configuration(), 3)
    adam, terms, norms = Adam(model.get_weights(), rate, clip), [], []
    key = randomness.key(3, "noise")[0]
    for step in range(steps):
        images = IMAGES[step * batch : (step + 1) * batch].astype(np.float32) / 255
        noise = tf.random.stateless_normal((batch, 3), [key, step])
        with tf.GradientTape() as tape:
            distortion, kl = (tf.reduce_mean(term) for term in model.loss_terms(images, noise))
            loss = distortion + (beta * min(1, (step + 1) / warmup) if warmup else beta) * kl
        norms.append(adam.apply(tape.gradient(loss, model.trainable_variables)))
        model.set_weights(adam.weights)
        terms.append([float(distortion), float(kl)])
    found = trainer.run(steps)
    for one, other in zip(trainer.model.get_weights(), adam.weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=2e-5)
    distortion, kl = np.mean(terms, axis=0)
    np.testing.assert_allclose([found["distortion"], found["kl"]], [distortion, kl], rtol=1e-4)
    np.testing.assert_allclose(found["loss"], distortion + beta * kl, rtol=1e-4)
    assert min(norms) > 0.5  # the bound was in force


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_training_lowers_the_loss_and_learns(network):
    trainer = trainer_of(network=network, learning_rate=1e-2, batches="shuffled")
    first, _, last = (trainer.run(60) for _ in range(3))
    assert last["loss"] < 0.9 * first["loss"]
    assert last["kl"] > 0.1
    if network == "mlp":  # the convolutional network of these tests is too small for more
        assert last["distortion"] < PIXEL_VARIANCE
    assert trainer.step == 180


def test_the_seed_decides_the_weights_to_the_byte():
    one, same, other = (trainer_of(seed, batches="shuffled") for seed in (5, 5, 6))
    assert one.run(10) == same.run(10)
    other.run(10)
    assert bytes_of(one) == bytes_of(same) != bytes_of(other)


@pytest.mark.parametrize(("batches", "epsilons"), [("shuffled", "always_same_set"), ("cyclic", "all_random")])
def test_the_trainer_s_seed_keys_batches_and_noise(batches, epsilons):
    """The weights start equal, and one of the two is fixed."""
    first = trainer_of(5, batches=batches, epsilons=epsilons)
    second = Trainer(build_vae(configuration(), 5), IMAGES, first.schedule, seed=6)
    first.run(3)
    second.run(3)
    assert bytes_of(first) != bytes_of(second)


def test_periods_do_not_change_the_result():
    """300 images in batches of 32, so that a period ends inside an epoch."""
    whole, parts = (trainer_of(batch_size=32, batches="shuffled") for _ in range(2))
    mean = whole.run(20)
    terms = [parts.run(7), parts.run(13)]
    assert bytes_of(whole) == bytes_of(parts)
    np.testing.assert_allclose(mean["loss"], (7 * terms[0]["loss"] + 13 * terms[1]["loss"]) / 20, rtol=1e-5)


def test_a_cooldown_ends_the_training():
    trainer = trainer_of(cooldown=(5, 10), learning_rate=1e-2)
    trainer.run(8)
    before = bytes_of(trainer)
    trainer.run(2)
    cooled = bytes_of(trainer)
    trainer.run(3)
    assert before != cooled == bytes_of(trainer)


def test_beta_zero_ignores_the_rate_and_a_large_beta_removes_it():
    free, bound = (trainer_of(beta=beta, learning_rate=1e-2) for beta in (0.0, 50.0))
    free.run(100)
    bound.run(100)
    free_terms, bound_terms = free.run(20), bound.run(20)
    assert free_terms["loss"] == free_terms["distortion"]
    assert bound_terms["kl"] < 0.1 < free_terms["kl"]
    assert free_terms["distortion"] < bound_terms["distortion"]


def test_a_stick_breaking_model_is_not_dead():
    """The thesis's clamp gave its encoder no gradient: the KL stayed constant and the mean image was all it learned."""
    changes = {"encoder": [64], "decoder": [64], "posterior": STICKS | {"latent_dim": 10}}
    trainer = trainer_of(changes=changes, learning_rate=5e-3, warmup_steps=80, gradient_clip=5.0)
    model, noise = trainer.model, trainer.model.posterior.noise(20, (1, 2))
    with tf.GradientTape() as tape:
        distortion, kl = model.loss_terms(IMAGES[:20].astype(np.float32) / 255, noise)
        loss = tf.reduce_mean(distortion + 0.2 * kl)
    assert all(np.abs(gradient).max() > 1e-5 for gradient in tape.gradient(loss, model.encoder.trainable_variables))
    first = trainer.run(1)
    trainer.run(299)
    last = trainer.run(100)
    assert last["kl"] > 0.5
    assert abs(last["kl"] - first["kl"]) > 0.3
    assert last["distortion"] < 0.8 * PIXEL_VARIANCE
    assert last["distortion"] < first["distortion"]


def test_bfloat16_learns_like_float32():
    exact, coarse = (
        trainer_of(network="cnn", changes={"precision": precision}, learning_rate=1e-2)
        for precision in ("float32", "bfloat16")
    )
    exact.run(60)
    coarse.run(60)
    assert bytes_of(exact) != bytes_of(coarse)
    assert all(weight.dtype == np.float32 for weight in coarse.model.get_weights())
    np.testing.assert_allclose(coarse.run(60)["distortion"], exact.run(60)["distortion"], rtol=0.05)


def test_xla_learns_like_the_plain_loop():
    plain, compiled = (trainer_of(learning_rate=1e-2, xla=xla) for xla in (False, True))
    np.testing.assert_allclose(compiled.run(150)["loss"], plain.run(150)["loss"], rtol=0.05)


def test_divergence_is_told():
    trainer = trainer_of(4, learning_rate=1e30)
    message = r"no longer finite at step 1 \(seed 4, beta 0\.2\): lower the learning rate"
    with pytest.raises(TrainingDiverged, match=message):
        trainer.run(5)
    assert trainer.step == trainer.fits == 0


@pytest.mark.parametrize("steps", [0, -1])
def test_training_takes_a_step_at_least(steps):
    with pytest.raises(ValueError, match=f"steps must be at least 1 and an integer. Received: steps={steps}"):
        trainer_of().run(steps)


def test_a_batch_needs_as_many_images_as_it_holds():
    with pytest.raises(ValueError, match="19 images, batch_size=20"):
        trainer_of(images=IMAGES[:19])
    trainer_of(images=IMAGES[:20])


def test_schedules_from_plain_data():
    values = {"beta": 1, "batch_size": 8, "learning_rate": 1e-3, "batches": "strict", "epsilons": "same_epsilon"}
    assert schedule_of(values) == Schedule(1, 8, 1e-3, "strict", "same_epsilon")


@pytest.mark.parametrize(
    ("field", "kind", "known"),
    [
        ("batches", "batches strategy", "shuffled, cyclic, strict"),
        ("epsilons", "epsilons strategy", "all_random, one_each_time"),
        ("optimizer", "optimizer", "adam, rmsprop, adagrad"),
    ],
)
def test_unknown_names_are_refused(field, kind, known):
    values = {"beta": 1, "batch_size": 8, "learning_rate": 1e-3, field: "random"}
    with pytest.raises(ValueError, match=f"Unknown {kind}.*'random'.*{known}"):
        schedule_of(values)


WRONG = {
    "beta": [-1, -1e-9, np.nan, np.inf, None, "1", True],
    "batch_size": [0, -64, 64.0, None, True],
    "learning_rate": [0, -1e-3, np.nan, np.inf, "0.001", 1e-50, 10**400],
    "batches": ["random", None, 3],
    "epsilons": ["all", None],
    "optimizer": ["sgd", None],
    "cooldown": [(10, 5), (5, 5), (-1, 5), (0.5, 5), (1, None), (1,), 5, (1, 2, 3)],
    "warmup_steps": [-5, 2.5, None],
    "gradient_clip": [0, -1, np.nan, np.inf, "10", 1e39, 1e-50],
    "restart_steps": [0, -1, 2.5, 2**40],
    "xla": ["yes", None, 2],
}
VALUES = {"beta": 1, "batch_size": 8, "learning_rate": 1e-3}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_schedule_is_refused_when_it_is_made(name, value):
    with pytest.raises(Refused, match=r"Received: ") as caught:
        Schedule(**VALUES | {name: value})
    assert name.split("_")[0] in str(caught.value)


def test_every_value_of_a_schedule_is_tried():
    assert WRONG.keys() == {field.name for field in fields(Schedule)}


@pytest.mark.parametrize(
    "values", [VALUES | {"cooldown": (0, 1), "warmup_steps": 0, "beta": 0}, VALUES | {"beta": np.float64(0.2)},
               VALUES | {"batch_size": np.int64(8), "gradient_clip": 1e-9, "restart_steps": np.int64(1)},
               VALUES | {"warmup_steps": np.int64(3), "cooldown": (np.int64(0), np.int64(5)), "batches": "strict"}],
)  # fmt: skip
def test_the_ends_of_ranges_train(values):
    terms = trainer_of(**values).run(np.int64(2))
    assert all(map(np.isfinite, terms.values()))


@pytest.mark.parametrize("names", [{"betta": 1}, {"steps": 3}, {"learning_rate": None, "": 1}])
def test_a_schedule_of_plain_data_has_known_names(names):
    with pytest.raises(Refused, match=r"^A schedule has the names beta, batch_size, .*with "):
        schedule_of(VALUES | names)
    with pytest.raises(Refused, match=r"without 'beta'$"):
        schedule_of({name: value for name, value in VALUES.items() if name != "beta"})


@pytest.mark.parametrize("steps", [True, 2.0, "3", None, np.float32(2)])
def test_steps_are_a_whole_number(steps):
    with pytest.raises(Refused, match=r"^steps must be "):
        trainer_of().run(steps)


def test_a_divergence_leaves_everything_as_it_was():
    trainer = trainer_of(learning_rate=1e30)
    trainer.run(1)
    weights, moments = bytes_of(trainer), [variable.numpy() for variable in trainer.optimizer.state]
    assert np.isfinite(trainer.model.get_weights()[0]).all()
    with pytest.raises(TrainingDiverged, match="lower the learning rate"):
        trainer.run(5)
    assert (bytes_of(trainer), trainer.step, trainer.fits) == (weights, 1, 1)
    for one, other in zip(trainer.optimizer.state, moments, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_model_that_is_ill_from_the_start_is_no_fault_of_the_rate():
    trainer = trainer_of()
    trainer.model.set_weights([np.full_like(weight, np.nan) for weight in trainer.model.get_weights()])
    with pytest.raises(TrainingDiverged, match=r"not finite at the first step .*: the initial weights or the model"):
        trainer.run(2)
