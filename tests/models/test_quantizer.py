"""The codebook against NumPy: nearest codes, moving averages, dead codes."""

import numpy as np
import pytest
import tensorflow as tf

from tfvae.models.quantizer import VectorQuantizer

K, D = 6, 3
generator = np.random.default_rng(0)
CODEBOOK = generator.normal(size=(K, D)).astype(np.float32)
LATENTS = generator.normal(size=(5, 2, 4, D)).astype(np.float32)
FLAT = LATENTS.reshape(-1, D)
POSITIONS = len(FLAT)
NOISE = generator.uniform(size=(5, K)).astype(np.float32)
NEAREST = np.square(FLAT[:, None] - CODEBOOK).sum(axis=-1).argmin(axis=1)
COUNTS = np.bincount(NEAREST, minlength=K)
SUMS = np.stack([FLAT[k == NEAREST].sum(axis=0) for k in range(K)])


def quantizer(usage=1.0, **arguments):
    """Return a quantizer with `CODEBOOK` and averages that fit it."""
    made = VectorQuantizer(K, D, **arguments)
    made.codebook.assign(CODEBOOK)
    made.usage.assign(np.full(K, usage))
    if made.update == "average":
        made.sums.assign(CODEBOOK * usage)
    return made


def test_the_nearest_code_is_the_one_of_a_full_search():
    codes = quantizer().nearest(LATENTS).numpy()
    assert codes.shape == LATENTS.shape[:-1] and codes.dtype == np.int32
    np.testing.assert_array_equal(codes.ravel(), NEAREST)
    np.testing.assert_array_equal(quantizer().vectors(codes).numpy().reshape(-1, D), CODEBOOK[NEAREST])


def test_of_equal_codes_the_first_is_taken():
    made = quantizer()
    made.codebook.assign(np.zeros((K, D)))
    assert not made.nearest(LATENTS).numpy().any()


def test_without_memory_an_update_is_a_step_of_k_means():
    made = quantizer(decay=0.0)
    made.follow(LATENTS, made.nearest(LATENTS))
    used = COUNTS > 0
    np.testing.assert_allclose(made.codebook.numpy()[used], SUMS[used] / COUNTS[used, None], rtol=1e-5)
    np.testing.assert_array_equal(made.usage.numpy(), COUNTS)


def test_codes_are_ratios_of_moving_averages():
    made = quantizer(usage=2.0, decay=0.9)
    usage, sums = np.full(K, 2.0), 2.0 * CODEBOOK
    for _ in range(3):
        codes = made.nearest(LATENTS).numpy().ravel()
        made.follow(LATENTS, codes)
        usage = 0.9 * usage + 0.1 * np.bincount(codes, minlength=K)
        sums = 0.9 * sums + 0.1 * np.stack([FLAT[codes == k].sum(axis=0) for k in range(K)])
    np.testing.assert_allclose(made.usage.numpy(), usage, rtol=1e-5)
    np.testing.assert_allclose(made.codebook.numpy(), sums / usage[:, None], rtol=1e-4, atol=1e-6)


def test_in_a_steady_state_the_mean_usage_is_that_of_a_batch():
    made = VectorQuantizer(K, D, decay=0.5)
    for _ in range(20):
        made.revive(LATENTS, NOISE)
        made.follow(LATENTS, made.nearest(LATENTS))
    assert made.usage.numpy().mean() == pytest.approx(POSITIONS / K, rel=0.2)


@pytest.mark.parametrize("update", ["average", "loss"])
def test_only_dead_codes_move_to_latents(update):
    made = quantizer(usage=POSITIONS / K, update=update, revival=0.1)
    usage = np.full(K, POSITIONS / K, np.float32)
    usage[[1, 4]] = 0.099 * POSITIONS / K
    made.usage.assign(usage)
    made.revive(LATENTS, NOISE)
    codebook = made.codebook.numpy()
    chosen = np.floor(NOISE[0] * POSITIONS).astype(int)
    for k in range(K):
        np.testing.assert_array_equal(codebook[k], FLAT[chosen[k]] if k in (1, 4) else CODEBOOK[k])
    np.testing.assert_allclose(made.usage.numpy(), POSITIONS / K)
    if update == "average":  # the averages agree with the new codes
        np.testing.assert_allclose(made.sums.numpy() / made.usage.numpy()[:, None], codebook, rtol=1e-6)


def test_a_new_codebook_is_made_of_latents():
    made = VectorQuantizer(K, D)
    made.revive(LATENTS, np.full((1, K), np.nextafter(np.float32(1), np.float32(0))))
    np.testing.assert_array_equal(made.codebook.numpy(), np.tile(FLAT[-1], (K, 1)))


def test_noise_is_uniform_and_a_function_of_its_key():
    made = VectorQuantizer(K, D)
    noise = made.noise(2000, tf.constant([1, 2])).numpy()
    assert noise.shape == (2000, K) and noise.min() >= 0 and noise.max() < 1
    np.testing.assert_allclose(np.quantile(noise, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.02)
    np.testing.assert_array_equal(noise, made.noise(2000, tf.constant([1, 2])))
    assert (noise != made.noise(2000, tf.constant([1, 3])).numpy()).any()


def test_what_is_trained_depends_on_the_update():
    assert VectorQuantizer(K, D, "average").trainable_variables == []
    assert [variable.shape for variable in VectorQuantizer(K, D, "loss").trainable_variables] == [(K, D)]


@pytest.mark.parametrize(
    "arguments",
    [{"codes": 1}, {"latent_dim": 0}, {"update": "none"}, {"decay": 1.0}, {"decay": -0.1}, {"revival": 0.0},
     {"revival": 1.0}],
    ids=str,
)  # fmt: skip
def test_arguments_out_of_their_range_are_refused(arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))}.*Received: "):
        VectorQuantizer(**{"codes": K, "latent_dim": D} | arguments)
