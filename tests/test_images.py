"""Images, labels and codes of each wrong type, range and shape, for every function that takes some.

A function with a parameter `images` that is missing here fails a test.
"""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tests.tiny_models import configuration, digit_images, quantised
from tfvae import randomness
from tfvae.data import Dataset
from tfvae.errors import Refused
from tfvae.evaluation import blank_share
from tfvae.images import as_images, to_bytes, to_floats
from tfvae.models import build_model
from tfvae.networks import classifier, initialize
from tfvae.networks.classifier import FeatureExtractor
from tfvae.priors import PixelCNNTrainer, build_pixel_cnn
from tfvae.sampling.binary import binarize
from tfvae.sampling.codes import Codec
from tfvae.sampling.encoding import posterior_means, posterior_parameters
from tfvae.sampling.generation import Generator
from tfvae.sampling.importance import importance_log_weights
from tfvae.training import ClassifierTrainer, Schedule, Trainer

LIBRARY = Path(__file__).resolve().parents[1] / "src" / "tfvae"
COUNT, CLASSES = 24, 4
BYTES = np.pad(digit_images(COUNT), ((0, 0), (2, 2), (2, 2), (0, 0)))  # which the classifier's poolings leave something
BINARY = np.where(BYTES > 127, np.uint8(255), np.uint8(0))
LABELS = np.arange(COUNT) % CLASSES
SHAPE = {"image_shape": list(BYTES.shape[1:])}
DECODER = {"decoder": {"reshape": [6, 6, 2], "layers": [{"filters": 3, "kernel": 3, "stride": 2}]}}
VAE = build_model(configuration("cnn", likelihood="bernoulli", **SHAPE, **DECODER))
CONDITIONAL = build_model(configuration(model="conditional_vae", num_classes=CLASSES, **SHAPE))
QUANTISED = build_model(quantised(**SHAPE))
CLASSIFIER = classifier(SHAPE["image_shape"], CLASSES)
initialize(CLASSIFIER, 0, "classifier weights")
SCHEDULE = Schedule(beta=1, batch_size=8, learning_rate=1e-3)
PRIOR = {"codes": 5, "channels": 4, "depth": 1, "radius": 1, "precision": "float32"}


def trained(trainer):
    loss = trainer.run(2)
    return [np.asarray([loss["loss"] if isinstance(loss, dict) else loss]), *trainer.model.get_weights()]


def train_vae(images):
    return trained(Trainer(build_model(configuration(**SHAPE)), images, SCHEDULE, 0))


def train_conditional(images, labels=LABELS):
    model = build_model(configuration(model="conditional_vae", num_classes=CLASSES, **SHAPE))
    return trained(Trainer(model, images, SCHEDULE, 0, labels))


def train_classifier(images, labels=LABELS):
    model = classifier(SHAPE["image_shape"], CLASSES)
    initialize(model, 0, "classifier weights")
    settings = {"steps": 4, "batch_size": 8, "learning_rate": 1e-3, "dropout": 0.5, "seed": 0}
    return trained(ClassifierTrainer(model, images, labels, **settings))


def train_prior(codes):
    settings = {"steps": 4, "batch_size": 8, "learning_rate": 1e-3, "seed": 0}
    return trained(PixelCNNTrainer(build_pixel_cnn(PRIOR), codes, **settings))


def reconstruct(images, labels=None):
    return list(vars(Generator(VAE if labels is None else CONDITIONAL, 0).reconstruct(images, labels=labels)).values())


# Each with the name of the function that it tries, as its file has it.
TAKERS = {
    "training/loop.py __init__": train_vae,
    "training/classification.py __init__": train_classifier,
    "networks/classifier.py __call__": FeatureExtractor(CLASSIFIER),
    "sampling/encoding.py posterior_parameters": lambda images: [posterior_parameters(VAE, images)],
    "sampling/encoding.py posterior_means": lambda images: [posterior_means(VAE, images)],
    "sampling/generation.py reconstruct": reconstruct,
    "sampling/generation.py posterior_latents": lambda images: [Generator(VAE, 0).posterior_latents(images)],
    "sampling/generation.py aggregated_posterior": lambda images: [Generator(VAE, 0).aggregated_posterior(images, 9)],
    "sampling/codes.py codes": lambda images: [Codec(QUANTISED).codes(images)],
    "sampling/binary.py binarize": lambda images: [binarize(images, 0)],
    "sampling/importance.py importance_log_weights": lambda images: [importance_log_weights(VAE, images, 2, 0)],
    "evaluation/blank.py blank_share": lambda images: [blank_share(images)],
    "data/dataset.py x_train": lambda images: [Dataset("it", images, LABELS, BYTES, LABELS).x_train.shape],
    "data/dataset.py x_test": lambda images: [Dataset("it", BYTES, LABELS, images, LABELS).x_test.shape],
}
# Any size is right for them.
OF_ANY_SHAPE = {"sampling/binary.py binarize", "evaluation/blank.py blank_share"}
LABEL_TAKERS = {
    "training a model": lambda labels: train_conditional(BYTES, labels),
    "training a classifier": lambda labels: train_classifier(BYTES, labels),
    "posterior parameters": lambda labels: posterior_parameters(CONDITIONAL, BYTES, labels),
    "posterior means": lambda labels: posterior_means(CONDITIONAL, BYTES, labels),
    "reconstructions": lambda labels: reconstruct(BYTES, labels),
    "posterior latents": lambda labels: Generator(CONDITIONAL, 0).posterior_latents(BYTES, labels=labels),
    "images": lambda labels: Generator(CONDITIONAL, 0).images(np.zeros((COUNT, 3), np.float32), labels),
}
FLOATS = BYTES.astype(np.float32) / 255
WRONG_IMAGES = {
    "floats to 255": BYTES.astype(np.float32),
    "floats from -1": FLOATS * 2 - 1,
    "NaN": np.where(FLOATS > 0.5, np.float32(np.nan), FLOATS),
    "infinite": np.where(FLOATS > 0.5, np.float32(np.inf), FLOATS),
    "int64": BYTES.astype(np.int64),
    "int8": (BYTES // 2).astype(np.int8),
    "16 bits": BYTES.astype(np.uint16) * 257,
    "booleans": BYTES > 127,
    "complex": FLOATS.astype(complex),
    "text": BYTES.astype(str),
    "objects": BYTES.astype(object),
    "no channel": BYTES[..., 0],
    "one image": BYTES[0],
    "rows": BYTES.reshape(COUNT, -1),
    "none": BYTES[:0],
    "no pixel": BYTES[:, :0],
    "a list of sizes": [1, 2, 3],
    "None": None,
}
WRONG_SHAPES = {"three channels": np.repeat(BYTES, 3, axis=-1), "narrower": BYTES[:, :, :-1]}
WRONG_LABELS = {
    "floats": LABELS.astype(float),
    "booleans": LABELS > 1,
    "text": LABELS.astype(str),
    "one fewer": LABELS[:-1],
    "one more": np.append(LABELS, 0),
    "one-hot": np.eye(CLASSES, dtype=int)[LABELS],
    "a class too many": np.where(LABELS == 1, CLASSES, LABELS),
    "negative": np.where(LABELS == 1, -1, LABELS),
    "none": LABELS[:0],
    "a number": 1,
}


def refused(function, value):
    with pytest.raises(Refused, match="Received: ") as caught:
        function(value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("take", TAKERS.values(), ids=TAKERS)
@pytest.mark.parametrize("images", WRONG_IMAGES.values(), ids=WRONG_IMAGES)
def test_what_is_no_image_is_refused(take, images):
    refused(take, images)


@pytest.mark.parametrize("name", sorted(set(TAKERS) - OF_ANY_SHAPE))
@pytest.mark.parametrize("images", WRONG_SHAPES.values(), ids=WRONG_SHAPES)
def test_images_of_another_shape_are_refused(name, images):
    refused(TAKERS[name], images)


@pytest.mark.parametrize("name", [name for name in TAKERS if not name.startswith("data")])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_count_as_the_bytes_that_they_come_from(name, dtype):
    images = BINARY if "importance" in name else BYTES
    expected, same = TAKERS[name](images), TAKERS[name](images.astype(dtype) / 255)
    for one, other in zip(expected, same, strict=True):  # a compiled function multiplies by 1 / 255
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("take", LABEL_TAKERS.values(), ids=LABEL_TAKERS)
@pytest.mark.parametrize("labels", WRONG_LABELS.values(), ids=WRONG_LABELS)
def test_labels_of_no_class_are_refused(take, labels):
    refused(take, labels)


@pytest.mark.parametrize("name", sorted(set(LABEL_TAKERS) - {"training a classifier"}))
def test_a_conditional_model_wants_labels(name):
    if name == "reconstructions":
        refused(lambda _: Generator(CONDITIONAL, 0).reconstruct(BYTES), None)
    else:
        refused(LABEL_TAKERS[name], None)


@pytest.mark.parametrize("label", [CLASSES, 99, -1, 0.5, "0", [0, CLASSES]], ids=repr)
def test_a_conditional_model_is_given_a_class(label):
    refused(CONDITIONAL.given, label)


@pytest.mark.parametrize("split", ["y_train", "y_test"])
@pytest.mark.parametrize("name", sorted(set(WRONG_LABELS) - {"a class too many"}))
def test_a_dataset_refuses_labels_of_no_class(split, name):
    arrays_of = {"x_train": BYTES, "y_train": LABELS, "x_test": BYTES, "y_test": LABELS}
    refused(lambda labels: Dataset("it", **arrays_of | {split: labels}), WRONG_LABELS[name])


CODES = np.arange(COUNT * 4).reshape(COUNT, 2, 2) % 5
WRONG_CODES = {
    "floats": CODES.astype(float),
    "a code too many": np.where(CODES == 2, 5, CODES),
    "negative": np.where(CODES == 2, -1, CODES),
    "none": CODES[:0],
}


@pytest.mark.parametrize("codes", WRONG_CODES.values(), ids=WRONG_CODES)
def test_codes_that_are_not_in_the_book_are_refused(codes):
    refused(train_prior, codes)
    refused(Codec(build_model(quantised())).images, codes)


def test_every_function_of_images_is_tried():
    found = {f"{path} {name}" for path, name in functions_of_images()}
    ours = {name for name in TAKERS if not name.startswith("data")}
    assert found == ours


def functions_of_images():
    """Yield file and name of each public function whose images are no tensor; plots and raw data apart.

    And commands, to which `tfvae.command.inputs` gives images that it has checked.
    """
    for path in LIBRARY.rglob("*.py"):
        file = path.relative_to(LIBRARY).as_posix()
        if file.split("/")[0] in ("plotting", "data", "command", "images.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_public = isinstance(node, ast.FunctionDef) and not re.match("_[a-z]", node.name)
            types = {each.arg: ast.unparse(each.annotation or each) for each in node.args.args} if is_public else {}
            if types.get("images", "tf.Tensor") != "tf.Tensor":
                yield file, node.name


@given(arrays(np.uint8, array_shapes(min_dims=4, max_dims=4)))
def test_bytes_become_floats_and_bytes_again(images):
    assert as_images(images) is images
    floats = to_floats(images_of(images)).numpy()
    assert floats.dtype == np.float32
    np.testing.assert_array_equal(floats, images.astype(np.float32) / np.float32(255))
    np.testing.assert_array_equal(to_bytes(floats), images)
    np.testing.assert_array_equal(to_floats(images_of(floats)), floats)
    assert to_bytes(images) is images


def images_of(array):
    import tensorflow as tf

    return tf.constant(array)


@given(st.data())
def test_floats_are_images_if_all_lie_between_0_and_1(data):
    dtype = data.draw(st.sampled_from([np.float16, np.float32, np.float64]))
    elements = st.floats(0, 1, width=16) | st.floats(-2, 2, width=16)
    images = data.draw(arrays(dtype, (2, 2, 1, 1), elements=elements))
    if ((images >= 0) & (images <= 1)).all():
        np.testing.assert_array_equal(as_images(images), images.astype(np.float32))
    else:
        refused(as_images, images)


def test_draws_are_those_of_the_seed():
    """The oracle of `binarize`, from its definition."""
    draws = randomness.generator(3, "there").integers(0, 255, BYTES.shape, np.uint8)
    np.testing.assert_array_equal(binarize(BYTES, 3, "there"), np.where(draws < BYTES, 255, 0))
