"""One core per process."""

import os
import subprocess
import sys
from pathlib import Path

SOURCES = str(Path(__file__).resolve().parents[2] / "src")
SCRIPT = """
import numpy, scipy.linalg, tensorflow, threadpoolctl
from tfvae.training.runtime import use_one_core
use_one_core()
threads = tensorflow.config.threading
assert threads.get_intra_op_parallelism_threads() == threads.get_inter_op_parallelism_threads() == 1
libraries = threadpoolctl.threadpool_info()
assert libraries and all(library["num_threads"] == 1 for library in libraries), libraries
assert tensorflow.reduce_sum(tensorflow.ones(3)) == 3
"""


def test_tensorflow_and_the_numerical_libraries_keep_to_one_core():
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    environment = os.environ | threads | {"PYTHONPATH": SOURCES}
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, env=environment)
