"""Settings of TensorFlow for a process that trains or evaluates one model at a time."""

from threadpoolctl import threadpool_limits

from tfvae.backend import tf


def use_one_core() -> None:
    """Restrict TensorFlow and the numerical libraries to one core; call it before TensorFlow's first operation.

    The order in which threads add floating-point numbers changes their sum, so one thread gives the same bytes on
    machines with few or many cores; models train side by side instead. The memory of a GPU, where there is one, is
    shared, so it is allocated as needed.
    """
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    threadpool_limits(1)
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
