"""A model as ONNX, by tf2onnx: its `from_function`, for its `from_keras` knows no model of Keras 3."""

import logging
from pathlib import Path
from typing import Any

import onnx
import tf2onnx

from tfvae.backend import tf
from tfvae.distributions.stick_breaking import StickBreaking
from tfvae.export.functions import functions_of, load_in_float32
from tfvae.folders import check_new, new_folder

_OPSET = 17
# Lanczos's approximation of the gamma function with g = 7 and nine terms, in double precision good to 1e-14 (Godfrey,
# 2001, http://my.fit.edu/~gabdo/gamma.txt).
_G = 7.0
_LANCZOS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
)  # fmt: skip


def write(folder: Path, output: Path) -> None:
    """Write a model as a folder with `encoder.onnx` and `decoder.onnx`."""
    check_new(output)
    model = load_in_float32(folder)
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)  # it tells each step
    posterior = getattr(model, "posterior", None)
    mean = _means_of(posterior) if isinstance(posterior, StickBreaking) else None
    functions = functions_of(model, mean)
    contents = {"encoder.onnx": _converted(functions.encode), "decoder.onnx": _converted(functions.decode)}
    with new_folder(output) as partial:
        for name, content in contents.items():
            (partial / name).write_bytes(content)


def _converted(function: Any) -> bytes:
    converted, _ = tf2onnx.convert.from_function(function, function.input_signature, opset=_OPSET)
    _settle(converted.graph)
    onnx.checker.check_model(converted)
    content: bytes = converted.SerializeToString(deterministic=True)
    return content


def _settle(graph: Any) -> None:
    """Order and name nodes and tensors by their way to the outputs: tf2onnx does it by counters and sets.

    Inputs and outputs keep their names, and have N rows.
    """
    makers = {name: node for node in graph.node for name in node.output}
    names, nodes = {one.name: one.name for one in graph.input}, list[Any]()

    def visit(name: str) -> None:
        if name in names or not name:
            return
        if (node := makers.get(name)) is None:
            names[name] = f"weight_{len(names)}"
            return
        for needed in node.input:
            visit(needed)
        for made in filter(None, node.output):
            names[made] = ends.get(made, f"tensor_{len(names)}")
        nodes.append(node)

    ends = {one.name: one.name for one in graph.output}
    for end in ends:
        visit(end)
    for position, node in enumerate(nodes):
        node.name = f"{node.op_type}_{position}"
        for tensors in (node.input, node.output):
            tensors[:] = [names.get(name, "") for name in tensors]
    places = {name: place for place, name in enumerate(names)}
    weights = sorted((one for one in graph.initializer if one.name in names), key=lambda one: places[one.name])
    for one in weights:
        one.name = names[one.name]
    for kept, ordered in ((graph.node, nodes), (graph.initializer, weights)):
        copies = [type(one).FromString(one.SerializeToString()) for one in ordered]
        del kept[:]
        kept.extend(copies)
    del graph.value_info[:]
    graph.doc_string = ""
    for one in (*graph.input, *graph.output):
        one.type.tensor_type.shape.dim[0].dim_param = "N"


def _means_of(posterior: StickBreaking) -> Any:
    """Return `posterior.mean` of functions that ONNX has, in double precision: it has neither lgamma nor log1p."""

    def mean(parameters: tf.Tensor) -> tf.Tensor:
        a, b = (tf.cast(one, tf.float64) for one in posterior.kumaraswamy_parameters(parameters))
        # E[v] = b B(1 + 1/a, b) of each fraction, and what the ones before it leave.
        inverse = 1.0 / a
        v = b * tf.exp(_log_gamma(1.0 + inverse) + _log_gamma(b) - _log_gamma(1.0 + inverse + b))
        left = tf.exp(tf.cumsum(tf.math.log(1.0 - v), axis=-1))
        before = tf.concat([tf.ones_like(left[:, :1]), left[:, :-1]], axis=-1)
        return tf.cast(tf.concat([v * before, left[:, -1:]], axis=-1), tf.float32)

    return mean


def _log_gamma(x: tf.Tensor) -> tf.Tensor:
    """Return log Gamma(x) for x > 0, elementwise, as log Gamma(x + 1) - log x."""
    series = _LANCZOS[0] + tf.add_n([term / (x + float(k)) for k, term in enumerate(_LANCZOS[1:], 1)])
    t = x + _G + 0.5
    half_log_two_pi = 0.91893853320467274
    return half_log_two_pi + (x + 0.5) * tf.math.log(t) - t + tf.math.log(series) - tf.math.log(x)
