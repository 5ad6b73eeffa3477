"""What one core can do at best: the rate of a large matrix product and of a convolution, in given precisions."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from benchmarks.architectures import BATCH_SIZE
from benchmarks.protocol import Handler, serve

_SIZE = 2048
_IMAGE, _CHANNELS, _FILTERS, _KERNEL = 28, 60, 48, 3  # the second convolution of the thesis's decoder


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Return what measures each operation for `seconds`, in 10^9 operations per second."""
    import tensorflow as tf

    from tfvae.training.runtime import use_one_core

    use_one_core()
    product_flops = 2 * _SIZE**3
    convolution_flops = 2 * BATCH_SIZE * _IMAGE**2 * _KERNEL**2 * _CHANNELS * _FILTERS
    operations: dict[str, tuple[Any, int]] = {}
    for precision in options["precisions"]:  # a processor may be unable to compute others at all
        dtype = tf.as_dtype(precision)
        matrix = tf.cast(tf.random.stateless_normal((_SIZE, _SIZE), (0, 1)), dtype)
        images = tf.cast(tf.random.stateless_normal((BATCH_SIZE, _IMAGE, _IMAGE, _CHANNELS), (0, 2)), dtype)
        kernel = tf.cast(tf.random.stateless_normal((_KERNEL, _KERNEL, _CHANNELS, _FILTERS), (0, 3)), dtype)
        product = tf.function(lambda matrix=matrix: tf.matmul(matrix, matrix))
        convolution = tf.function(lambda images=images, kernel=kernel: tf.nn.conv2d(images, kernel, 1, "SAME"))
        operations[f"matrix_product_{precision}"] = (product, product_flops)
        operations[f"convolution_{precision}"] = (convolution, convolution_flops)
    for operation, _ in operations.values():
        operation()

    def measure(request: Mapping[str, Any]) -> dict[str, Any]:
        rates = {}
        for name, (operation, flops) in operations.items():
            start, count = perf_counter(), 0
            while perf_counter() - start < request["seconds"] or count == 0:
                operation().shape  # noqa: B018  # a CPU computes before it returns
                count += 1
            rates[name] = count * flops / (perf_counter() - start) / 1e9
        return rates

    return measure, {}


if __name__ == "__main__":
    serve(prepare)
