"""Every model with its posteriors, networks and likelihoods; a new entry of a registry fails without a case here."""

from functools import partial
from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import ARCHITECTURES, GAUSSIAN, STICKS, configuration, digit_images, quantised
from tfvae.distributions import POSTERIORS
from tfvae.errors import Refused
from tfvae.models import LIKELIHOODS, MODELS, Model, build_model
from tfvae.models.vamp_vae import VampGaussian
from tfvae.networks import NETWORKS, classifier, initialize
from tfvae.networks.gated_pixel_cnn import GatedPixelCNN
from tfvae.training import Schedule, Trainer

POSTERIOR_CASES = {
    "diagonal_gaussian": GAUSSIAN,
    "stick_breaking": STICKS,
    "dirichlet": {"name": "dirichlet", "latent_dim": 3, "concentration": 1.0},
    "von_mises_fisher": {"name": "von_mises_fisher", "latent_dim": 3},
    "point": {"name": "point", "latent_dim": 3},
    # Defects that are kept to be measured.
    "relu_gaussian": {"name": "relu_gaussian", "latent_dim": 3},
    "clamped_stick_breaking": {"name": "clamped_stick_breaking", "latent_dim": 3},
}
# They let no gradient through to an encoder whose outputs all lie below this bound, as those of most new models do.
DEAD_BELOW = {"clamped_stick_breaking": np.log(np.e - 1)}
NETWORK_CASES = ARCHITECTURES
LIKELIHOOD_CASES = {"squared_error", "bernoulli"}
CLASSES = 4


def plain(posterior, network, likelihood, **changes):
    return configuration(network, posterior=POSTERIOR_CASES[posterior], likelihood=likelihood, **changes)


def conditional(posterior, network, likelihood):
    return plain(posterior, network, likelihood, model="conditional_vae", num_classes=CLASSES)


def of_family(model, number):
    """Return the configuration of a VAE with another objective or prior."""
    options = FAMILY[model][int(number)]
    return configuration("mlp", model=model, **{"likelihood": "bernoulli", **options})


# The options of each model beside those of a VAE, one configuration each.
FAMILY = {
    "controlled_capacity": [{"capacity": 5.0, "capacity_steps": 2}],
    "dip_vae": [{"kind": kind, "diagonal_ratio": 2.0} for kind in ("I", "II")],
    "factor_vae": [{"discriminator": [6], "discriminator_rate": 1e-3}],
    "importance_weighted": [
        {"samples": 4, "groups": 2, "elbo_weight": 0.5, "split_gradients": split, "posterior": posterior}
        for split, posterior in ((False, GAUSSIAN), (True, GAUSSIAN), (False, STICKS))
    ],
    "mmd_vae": [
        {"kernel": "rbf", "kl_weight": 0.5},
        {"kernel": "imq", "kl_weight": 0, "posterior": POSTERIOR_CASES["point"]},
    ],
    "regularized_autoencoder": [
        {"regularizer": name, "regularizer_weight": 0.1, "posterior": POSTERIOR_CASES["point"]}
        for name in ("l2", "gradient_penalty")
    ],
    "sigma_vae": [{"likelihood": "gaussian"}],
    "tcvae": [{"images": 40}],
    "vamp_vae": [{"pseudo_inputs": 5}],
}
# A function for the configuration of each model, and its arguments.
MODEL_CASES = {
    **{name: (partial(of_family, name), [(str(i),) for i in range(len(FAMILY[name]))]) for name in FAMILY},
    "vae": (
        plain,
        [
            *product(POSTERIOR_CASES, ["mlp"], sorted(LIKELIHOOD_CASES)),
            *product(["diagonal_gaussian", "stick_breaking"], sorted(NETWORK_CASES.keys() - {"mlp"}), ["bernoulli"]),
        ],
    ),
    "conditional_vae": (
        conditional,
        [
            *product(POSTERIOR_CASES, ["mlp"], ["bernoulli"]),
            *product(["diagonal_gaussian"], NETWORK_CASES, ["squared_error"]),
        ],
    ),
    "vq_vae": (
        lambda update, likelihood: quantised(update, likelihood=likelihood),
        product(["average", "loss"], sorted(LIKELIHOOD_CASES)),
    ),
}
COMBINATIONS = [
    pytest.param(describe(*case), DEAD_BELOW.get(case[0], -np.inf), id="-".join([name, *case]))
    for name, (describe, cases) in MODEL_CASES.items()
    for case in map(tuple, cases)
]
IMAGES = digit_images(40)
PIXELS = IMAGES[:4].astype(np.float32) / 255
LABELS = (np.arange(40) % CLASSES).astype(np.int32)
SEED = (1, 2)
STEPS = 3


def labels_of(described, rows=slice(None)):
    return [LABELS[rows]] if "num_classes" in described else []


def trained(described):
    """Return a model after a few steps, and the terms of its loss."""
    model = build_model(described)
    schedule = Schedule(1.0, batch_size=8, learning_rate=1e-2, batches="cyclic")
    return model, Trainer(model, IMAGES, schedule, 0, *labels_of(described)).run(STEPS)


def equal(some, others):
    return all(np.array_equal(one, other) for one, other in zip(some, others, strict=True))


@pytest.mark.parametrize(
    ("registry", "cases"),
    [(POSTERIORS, POSTERIOR_CASES), (NETWORKS, NETWORK_CASES), (LIKELIHOODS, LIKELIHOOD_CASES), (MODELS, MODEL_CASES)],
    ids=["posteriors", "networks", "likelihoods", "models"],
)
def test_every_entry_of_a_registry_has_a_case(registry, cases):
    assert set(registry) == set(cases)


@pytest.mark.parametrize("name", [None, "gan"])
def test_unknown_models_are_refused(name):
    with pytest.raises(Refused, match=f"Unknown model.*{name!r}; known are {', '.join(MODELS)}$"):
        build_model(configuration(model=name))


@pytest.mark.parametrize(("described", "dead_below"), COMBINATIONS)
def test_conforms(described, dead_below):
    new = build_model(described)
    assert isinstance(new, Model)
    initial = new.get_weights()
    assert all(isinstance(weight, np.ndarray) for weight in initial), "a scalar's value is no array"
    vae = new.given(LABELS[: STEPS * 8]) if "num_classes" in described else new
    learns = np.max(vae.encoder(IMAGES[: STEPS * 8].astype(np.float32) / 255)) > dead_below
    model, terms = trained(described)

    assert set(terms) == {"loss", *model.terms}
    assert all(np.isfinite(list(terms.values())))
    assert terms.get("distortion", 1) > 0
    assert terms.get("kl", 0) >= 0 or isinstance(model.posterior, VampGaussian)  # of one sample there
    assert terms["loss"] == pytest.approx(sum(terms[name] for name in model.terms))
    of_encoder = len(model.encoder.get_weights())
    for position, (before, after) in enumerate(zip(initial, model.get_weights(), strict=True)):
        assert np.isfinite(after).all()
        assert (before != after).any() == (learns or position >= of_encoder)

    again, same_terms = trained(described)
    assert terms == same_terms
    assert equal(model.get_weights(), again.get_weights())

    copy = build_model(described, seed=1)
    copy.set_weights(model.get_weights())
    labels = labels_of(described, slice(4))
    latents = model.sample_prior(4, SEED)
    assert len(latents) == 4
    np.testing.assert_array_equal(latents, copy.sample_prior(4, SEED))
    images = model.decode(latents, *labels).numpy()
    assert images.shape == (4, *IMAGES.shape[1:])
    assert 0 <= images.min() < images.max() <= 1
    np.testing.assert_array_equal(images, copy.decode(latents, *labels))

    weights, noise = model.get_weights(), model.noise(4, SEED)
    np.testing.assert_array_equal(noise, copy.noise(4, SEED))
    measured = model.loss_terms(PIXELS, noise, *labels)
    assert equal(weights, model.get_weights()), "a loss changes nothing"
    assert [term.shape for term in measured] == [(4,)] * len(model.terms)
    assert equal(measured, copy.loss_terms(PIXELS, noise, *labels))


def outputs(described):
    """Return what a new model, with weights other than zero, makes of images, and its weights."""
    model = build_model(described, seed=2)
    labels = labels_of(described, slice(4))
    return [*model.get_weights(), model(PIXELS, *labels), model.decode(model.sample_prior(4, SEED), *labels)]


@pytest.fixture
def settings_of_another():
    """A function that gives Keras the settings of a user's own program, which the test's end takes back."""

    def change():
        keras.config.set_floatx("float16")
        keras.config.set_dtype_policy("mixed_float16")
        keras.config.set_image_data_format("channels_first")

    before = keras.config.floatx(), keras.config.image_data_format()
    yield change
    keras.config.set_floatx(before[0])
    keras.config.set_image_data_format(before[1])
    keras.config.set_dtype_policy(before[0])


EACH_NETWORK = [
    *(plain("diagonal_gaussian", network, "bernoulli", precision="bfloat16") for network in NETWORK_CASES),
    conditional("stick_breaking", "mlp", "bernoulli"),
    conditional("diagonal_gaussian", "cnn", "squared_error"),
    quantised(),
]


def test_settings_of_a_users_own_program_reach_no_network(settings_of_another):
    def made():
        found = [output for described in EACH_NETWORK for output in outputs(described)]
        network, prior = classifier((16, 16, 1), CLASSES), GatedPixelCNN(5, 4, 2, 1, "float32")
        initialize(network, 0, "classifier")
        initialize(prior, 0, "prior")
        images, codes = PIXELS.repeat(2, axis=1).repeat(2, axis=2), np.arange(16, dtype=np.int32).reshape(1, 4, 4) % 5
        return [*found, *network(images), prior(codes)]

    expected = made()
    settings_of_another()
    found = made()
    assert [np.asarray(one).dtype for one in found] == [np.asarray(one).dtype for one in expected]
    assert equal(found, expected)


class Weighted(Model):
    """A model of three terms, with a weight that each of them moves by another amount."""

    terms = ("one", "two", "three")

    def __init__(self):
        super().__init__()
        self.moved = self.add_weight(shape=(3,), initializer="zeros")

    def noise(self, rows, seed):
        return tf.zeros((rows, 1))

    def loss_terms(self, images, noise):
        return [tf.reduce_sum(noise, axis=1) + (position + 1.0) * self.moved.value[position] for position in range(3)]


def test_beta_weighs_the_last_term_however_many_there_are():
    """By the gradients: Adagrad's sums start at 0.1, and the first step adds their squares."""
    trainer = Trainer(Weighted(), IMAGES, Schedule(5.0, batch_size=8, learning_rate=0.1, optimizer="adagrad"), seed=0)
    assert trainer.run(1) == {"loss": 0.0, "one": 0.0, "two": 0.0, "three": 0.0}
    np.testing.assert_allclose(trainer.optimizer.state[0], 0.1 + np.square([1, 2, 5 * 3]), rtol=1e-6)
    terms = trainer.run(1)
    assert terms["loss"] == pytest.approx(terms["one"] + terms["two"] + 5 * terms["three"])
    assert len(trainer.batch_terms(0)) == 3


@pytest.mark.parametrize(("name", "number"), [(name, i) for name in FAMILY for i in range(len(FAMILY[name]))])
def test_a_stopped_training_goes_on_to_the_same_bytes(name, number):
    described = of_family(name, number)

    def trainer():
        return Trainer(build_model(described), IMAGES, Schedule(1.0, batch_size=8, learning_rate=1e-2), 0)

    whole, first, second = trainer(), trainer(), trainer()
    terms = whole.run(2)
    assert np.isfinite(list(terms.values())).all() and terms == first.run(2)
    whole.run(2)
    second.restore(first.state())
    second.run(2)
    assert equal(whole.model.get_weights(), second.model.get_weights())
