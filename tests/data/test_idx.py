import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tfvae.data import idx

small_arrays = npst.arrays(np.uint8, npst.array_shapes(min_dims=1, max_dims=4, max_side=5))


def encode(array):
    """Write an IDX file, in the words of its specification."""
    return struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}i", *array.shape) + array.tobytes()


def test_known_bytes():
    content = bytes.fromhex("00000802 00000002 00000003 000102 0304ff")
    np.testing.assert_array_equal(idx.parse(content, ndim=2), [[0, 1, 2], [3, 4, 255]])


@given(small_arrays)
def test_round_trip(array):
    parsed = idx.parse(encode(array), ndim=array.ndim)
    assert parsed.dtype == np.uint8
    assert parsed.flags.writeable
    np.testing.assert_array_equal(parsed, array)


@given(small_arrays, st.data())
def test_refuses_every_truncation(array, data):
    content = encode(array)
    length = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(ValueError, match="Received"):
        idx.parse(content[:length], ndim=array.ndim)


@given(small_arrays, st.binary(min_size=1, max_size=8))
def test_refuses_trailing_bytes(array, surplus):
    with pytest.raises(ValueError, match="Received"):
        idx.parse(encode(array) + surplus, ndim=array.ndim)


@given(small_arrays, st.data())
def test_refuses_every_changed_header_byte(array, data):
    content = bytearray(encode(array))
    place = data.draw(st.integers(0, 4 + 4 * array.ndim - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match="Received"):
        idx.parse(bytes(content), ndim=array.ndim)


@given(st.binary(max_size=64), st.integers(1, 4))
def test_any_bytes_parse_or_are_refused(content, ndim):
    try:
        parsed = idx.parse(content, ndim=ndim)
    except ValueError:
        return
    assert encode(parsed) == content


def test_huge_dimensions_do_not_overflow():
    # 65536^4 = 2^64 values, which a 64-bit product would take for none.
    content = struct.pack(">HBB4I", 0, 8, 4, *[65536] * 4)
    with pytest.raises(ValueError, match="18446744073709551636 bytes"):
        idx.parse(content, ndim=4)


def test_says_which_number_of_dimensions_was_expected():
    with pytest.raises(ValueError, match=r"in 3 dimensions begins with 00000803.*Received: 00000801"):
        idx.parse(encode(np.zeros(4, np.uint8)), ndim=3)
