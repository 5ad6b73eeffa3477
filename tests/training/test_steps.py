"""What trainings have in common: they can be taken apart to the byte, and end where numbers do."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import STICKS, configuration, digit_images
from tfvae import randomness
from tfvae.errors import Refused
from tfvae.models import Model, build_vae
from tfvae.networks import classifier, initialize
from tfvae.training import BATCHES, ClassifierTrainer, Schedule, Trainer, TrainingDiverged
from tfvae.training.checkpoints import Checkpoints
from tfvae.training.steps import Steps

IMAGES = digit_images(90)
MARGIN = ((0, 0), (3, 3), (3, 3), (0, 0))  # the classifier needs larger images
LABELS = (np.arange(90) % 10).astype(np.uint8)


class Counting(Steps):
    """Measures the step's number and the sum of its indices; keeps all indices; a chosen step measures NaN."""

    terms = 2

    def __init__(self, ill=-1, **settings):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        super().__init__(model, size=10, batch_size=3, batch_key=5, **settings)
        self.ill, self.taken, self.seen = ill, tf.Variable(0), []

    def one_step(self, indices, step, fit):
        self.taken.assign_add(1)
        tf.py_function(lambda rows: self.seen.append(rows.numpy()), [indices], [])
        number = tf.where(tf.equal(step, self.ill), np.nan, tf.cast(step, tf.float32))
        return tf.stack([number, tf.cast(tf.reduce_sum(indices), tf.float32)])


def test_a_run_returns_the_means_of_its_steps():
    steps = Counting()
    for first, last in ((0, 4), (4, 5), (5, 12)):
        means = steps.advance(last - first, "")
        np.testing.assert_allclose(means[0], np.mean(range(first, last)))
        np.testing.assert_allclose(means[1], np.sum(steps.seen[first:last]) / (last - first))
    assert (steps.step, steps.fits, int(steps.taken)) == (12, 3, 12)
    expected = BATCHES["shuffled"](tf.range(12), 10, 3, tf.constant(5))
    np.testing.assert_array_equal(steps.seen, expected)


@pytest.mark.parametrize("ill", [3, 7, 8])
def test_a_run_ends_at_the_first_step_that_is_not_finite(ill):
    steps = Counting(ill)
    steps.advance(3, "")
    with pytest.raises(TrainingDiverged, match=rf"no longer finite at step {ill} \(what\): lower the learning"):
        steps.advance(6, "what")
    assert int(steps.taken) == ill + 1
    assert (steps.step, steps.fits) == (3, 1)


class Spoiling(Counting):
    """Its numbers stay finite, and a chosen step leaves NaN in the weights."""

    def one_step(self, indices, step, fit):
        numbers = super().one_step(indices, step, fit)
        spoilt = tf.fill(self.variables[0].shape, tf.where(tf.equal(step, self.bad), np.nan, 1.0))
        self.variables[0].assign(tf.cast(spoilt, tf.float32))
        return numbers


@pytest.mark.parametrize("bad", [0, 3])
def test_a_last_step_that_spoils_the_weights_ends_the_training(bad):
    """The next run would find it, too late to know the weights of before; no loss was ill, so none is blamed."""
    steps = Spoiling()
    steps.bad = bad
    before = bytes_of(steps)
    with pytest.raises(TrainingDiverged, match=rf"no longer finite at step {bad} \(what\): lower the learning rate"):
        steps.advance(bad + 1, "what")
    assert (bytes_of(steps), steps.step, steps.fits) == (before, 0, 0)


@pytest.mark.parametrize("batches", BATCHES)
def test_a_restart_repeats_the_batches(batches):
    steps = Counting(batches=batches, restart_steps=4)
    steps.advance(6, "")
    steps.advance(5, "")
    expected = BATCHES[batches](tf.range(4), 10, 3, tf.constant(5)).numpy()
    np.testing.assert_array_equal(steps.seen, np.concatenate([expected] * 3)[:11])


def bytes_of(steps):
    return b"".join(weight.tobytes() for weight in steps.model.get_weights())


def vae_trainer(network, seed, labels=None, model_seed=0, **schedule):
    model = build_vae(configuration(network, posterior=schedule.pop("posterior", STICKS)), model_seed)
    return Trainer(model, IMAGES, Schedule(0.5, 16, 1e-2, **schedule), seed, labels)


class Labelled(Model):
    """A model that also learns its labels' mean, in a weight of its own."""

    def __init__(self, model_seed):
        super().__init__()
        self.vae = build_vae(configuration(), model_seed)
        self.posterior, self.num_classes = self.vae.posterior, 50
        self.bias = self.add_weight(shape=(), initializer=keras.initializers.Constant(model_seed))

    def loss_terms(self, images, noise, labels):
        distortion, kl = self.vae.loss_terms(images, noise)
        return distortion + tf.square(self.bias.value - tf.cast(labels, tf.float32)), kl


def labelled_trainer(model_seed=0):
    schedule = Schedule(0.5, 16, 1e-2, optimizer="adagrad", batches="independent", epsilons="one_each_time")
    return Trainer(Labelled(model_seed), IMAGES, schedule, 3, LABELS)


def classifier_trainer(model_seed=0):
    model = classifier((14, 14, 1), 10)
    initialize(model, model_seed, "classifier weights")
    return ClassifierTrainer(
        model, np.pad(IMAGES, MARGIN), LABELS, steps=12, batch_size=16, learning_rate=1e-2, dropout=0.5, seed=3
    )  # fmt: skip


TRAININGS = {
    "adam, shuffled": lambda model_seed=0: vae_trainer("mlp", 3, model_seed=model_seed, cooldown=(4, 12)),
    "rmsprop, cyclic with restarts, noise per run": lambda model_seed=0: vae_trainer(
        "cnn", 3, model_seed=model_seed, optimizer="rmsprop", batches="cyclic", restart_steps=5,
        epsilons="same_epsilon", warmup_steps=8, gradient_clip=1.0,
    ),
    "adagrad, independent, labels": labelled_trainer,
    "classifier": classifier_trainer,
}  # fmt: skip


@pytest.mark.parametrize("make", TRAININGS.values(), ids=TRAININGS)
def test_a_training_goes_on_to_the_byte_from_what_it_kept(make, tmp_path):
    """In a model with other weights, through a file; at what was kept, not at what followed it."""
    trainer, checkpoints = make(), Checkpoints(tmp_path, 10**9)
    trainer.run(5)
    with checkpoints.open("aa") as checkpoint:
        checkpoint.write({"state": trainer.state()})
    kept = bytes_of(trainer)
    terms = trainer.run(7)
    resumed = make(model_seed=1)
    assert bytes_of(resumed) != kept != bytes_of(trainer)
    with checkpoints.open("aa") as checkpoint:
        resumed.restore(checkpoint.read()["state"])
    assert (bytes_of(resumed), resumed.step, resumed.fits) == (kept, 5, 1)
    assert resumed.run(7) == terms
    assert bytes_of(resumed) == bytes_of(trainer)
    assert (resumed.step, resumed.fits) == (12, 2)
    for one, other in zip(resumed.optimizer.state, trainer.optimizer.state, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_state_is_a_copy():
    trainer = vae_trainer("mlp", 3)
    trainer.run(2)
    state = trainer.state()
    copies = [array.copy() for array in [*state["weights"], *state["optimizer"]]]
    trainer.run(2)
    for one, other in zip([*state["weights"], *state["optimizer"]], copies, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_terms_of_a_batch_are_those_that_its_step_would_measure():
    trainer = vae_trainer("mlp", 3)
    for step in range(2):
        terms = trainer.batch_terms(step)
        assert trainer.batch_terms(step) == terms
        assert list(terms) == pytest.approx(list(trainer.run(1).values())[1:], rel=1e-6)


@pytest.mark.parametrize(("epsilons", "draw"), [("all_random", 7), ("same_epsilon_set", 1), ("frozen", 0)])
def test_the_terms_of_any_batch_by_definition(epsilons, draw):
    """`draw`: what the noise of step 7 in the second run is drawn by."""
    gaussian = {"name": "diagonal_gaussian", "latent_dim": 3}
    trainer = vae_trainer("mlp", 3, epsilons=epsilons, posterior=gaussian)
    trainer.run(2)
    trainer.run(3)
    before = bytes_of(trainer)
    order = BATCHES["shuffled"](tf.constant([7]), 90, 16, tf.constant(randomness.key(3, "batches")[0]))
    images = IMAGES[order[0].numpy()].astype(np.float32) / 255
    rows = 1 if epsilons == "frozen" else 16
    noise = np.repeat(tf.random.stateless_normal((rows, 3), [randomness.key(3, "noise")[0], draw]), 16 // rows, axis=0)
    expected = [float(tf.reduce_mean(term)) for term in trainer.model.loss_terms(images, noise)]
    np.testing.assert_allclose(trainer.batch_terms(7), expected, rtol=1e-5)
    assert (bytes_of(trainer), trainer.step, trainer.fits) == (before, 5, 2)


def test_a_cyclic_order_with_restarts_sees_the_first_images_alone():
    """Two steps of 16 images, over and over."""
    spoilt = IMAGES.copy()
    spoilt[32:] = 255 - spoilt[32:]
    schedule = Schedule(0.5, 16, 1e-2, batches="cyclic", restart_steps=2)
    clean, other = (Trainer(build_vae(configuration(), 0), images, schedule, 3) for images in (IMAGES, spoilt))
    clean.run(5)
    other.run(5)
    assert bytes_of(clean) == bytes_of(other)


def test_labels_follow_their_images():
    """Each image is as bright as its label."""
    pairs = []

    class Recorder(Labelled):
        def loss_terms(self, images, noise, labels):
            tf.py_function(lambda x, y: pairs.append((x.numpy(), y.numpy())), [images, labels], [])
            return super().loss_terms(images, noise, labels)

    labels = np.arange(50, dtype=np.uint8)
    images = np.broadcast_to(labels[:, None, None, None], (50, 8, 8, 1))
    Trainer(Recorder(0), images, Schedule(1.0, 8, 1e-3), 0, labels).run(7)
    for seen, given in pairs:
        assert given.dtype == np.int32
        np.testing.assert_allclose(seen[:, 3, 4, 0] * 255, given, rtol=1e-6)
    assert len({label for _, given in pairs for label in given}) == 50


def test_every_image_needs_a_label():
    with pytest.raises(ValueError, match="a vector of 90 integers"):
        Trainer(Labelled(0), IMAGES, Schedule(0.5, 16, 1e-2), 3, LABELS[:89])
    with pytest.raises(ValueError, match="takes no labels"):
        vae_trainer("mlp", 3, labels=LABELS)


DAMAGE = {
    "a weight missing": lambda state: {**state, "weights": state["weights"][1:]},
    "a weight of another shape": lambda state: {**state, "weights": [*state["weights"][:-1], np.zeros(3)]},
    "no memory of the optimizer": lambda state: {**state, "optimizer": []},
    "no step": lambda state: {name: value for name, value in state.items() if name != "step"},
    "a negative step": lambda state: {**state, "step": -1},
    "half a step": lambda state: {**state, "fits": 0.5},
    "something else": lambda state: {**state, "epoch": 3},
}


def test_a_bad_state_changes_nothing():
    trainer, other = vae_trainer("mlp", 3), vae_trainer("mlp", 4, model_seed=1)
    trainer.run(2)
    before = bytes_of(trainer)
    other.run(5)
    for name, damage in DAMAGE.items():
        with pytest.raises(Refused, match="Received: "):
            trainer.restore(damage(other.state()))
        assert (bytes_of(trainer), trainer.step, trainer.fits) == (before, 2, 1), name


def test_a_training_with_an_end_goes_no_further():
    trainer = classifier_trainer()
    trainer.run(10)
    with pytest.raises(Refused, match=r"ends after 12 steps\. Received: steps=3 after 10"):
        trainer.run(3)
    trainer.run(2)


@pytest.mark.parametrize(
    "changes", [{"dropout": 1.0}, {"dropout": -0.1}, {"learning_rate": 0}, {"steps": -1}, {"batch_size": 0}], ids=str
)
def test_a_classifier_is_trained_with_numbers_in_their_ranges(changes):
    settings = {"steps": 12, "batch_size": 16, "learning_rate": 1e-2, "dropout": 0.5, "seed": 3}
    with pytest.raises(Refused, match=f"^{next(iter(changes))} must be"):
        ClassifierTrainer(classifier((14, 14, 1), 10), np.pad(IMAGES, MARGIN), LABELS, **settings | changes)
