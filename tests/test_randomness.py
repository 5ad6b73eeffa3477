"""Draws are a function of (seed, purpose, step): the same everywhere, and unrelated when any of the three differs."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfvae import randomness

INTEGERS = st.integers(-(2**70), 2**70)
PURPOSES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def test_key_is_the_hash_of_the_three_values():
    digest = hashlib.blake2b(b"3/noise/7", digest_size=8).digest()
    expected = np.frombuffer(digest, dtype="<i4").tolist()
    assert list(randomness.key(3, "noise", 7)) == expected


def test_generator_is_philox_with_the_hash_as_its_key():
    generator = randomness.generator(3, "noise", 7)
    assert isinstance(generator.bit_generator, np.random.Philox)
    digest = hashlib.blake2b(b"3/noise/7", digest_size=16).digest()
    expected = np.frombuffer(digest, dtype="<u8")
    np.testing.assert_array_equal(generator.bit_generator.state["state"]["key"], expected)
    assert not generator.bit_generator.state["state"]["counter"].any()


@given(INTEGERS, PURPOSES, INTEGERS)
def test_keys_fit_int32_and_repeat(seed, purpose, step):
    key = randomness.key(seed, purpose, step)
    assert len(key) == 2
    assert all(type(part) is int and -(2**31) <= part < 2**31 for part in key)
    assert randomness.key(seed, purpose, step) == key


@given(st.tuples(INTEGERS, PURPOSES, INTEGERS), st.tuples(INTEGERS, PURPOSES, INTEGERS))
def test_different_values_give_different_keys_and_streams(first, second):
    same = first == second
    assert (randomness.key(*first) == randomness.key(*second)) == same
    draws = [randomness.generator(*values).integers(2**63, size=2).tolist() for values in (first, second)]
    assert (draws[0] == draws[1]) == same


def test_keys_of_neighbouring_seeds_and_steps_do_not_collide():
    keys = {randomness.key(seed, purpose, step) for seed in range(20) for purpose in "ab" for step in range(50)}
    assert len(keys) == 20 * 2 * 50


def test_streams_of_neighbouring_steps_are_uncorrelated():
    draws = np.stack([randomness.generator(0, "noise", step).standard_normal(4000) for step in range(20)])
    correlation = np.corrcoef(draws) - np.eye(20)
    assert abs(correlation).max() < 5 / np.sqrt(4000)
    assert abs(draws.mean()) < 5 / np.sqrt(draws.size)


def test_step_defaults_to_zero_and_numpy_integers_are_integers():
    assert randomness.key(5, "noise") == randomness.key(np.int64(5), "noise", np.uint8(0))


def test_generators_start_afresh():
    first = randomness.generator(1, "noise")
    first.standard_normal(10)
    again = randomness.generator(1, "noise").standard_normal(3)
    np.testing.assert_array_equal(again, randomness.generator(1, "noise").standard_normal(3))


def test_key_is_the_same_in_every_process():
    program = "from tfvae import randomness; print(randomness.key(3, 'noise', 7))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "123"}
    output = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == str(randomness.key(3, "noise", 7))


@pytest.mark.parametrize("function", [randomness.key, randomness.generator])
@pytest.mark.parametrize("seed, step", [(1.0, 0), ("1", 0), (1, 0.5), (None, 0)])
def test_refuses_what_is_not_an_integer(function, seed, step):
    with pytest.raises(TypeError, match="integer"):
        function(seed, "noise", step)


@pytest.mark.parametrize("function", [randomness.key, randomness.generator])
def test_refuses_an_empty_purpose(function):
    with pytest.raises(ValueError, match=r"non-empty.*Received: purpose=''"):
        function(0, "")
