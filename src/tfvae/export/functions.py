"""A model's two functions with plain signatures."""

from pathlib import Path
from typing import Any, NamedTuple

from tfvae.backend import tf
from tfvae.models.registry import build_model
from tfvae.models.saving import load_configuration, load_model
from tfvae.models.vq_vae import VQVAE


class Functions(NamedTuple):
    """The encoder and the decoder of a model, compiled for any number of images; see `tfvae.export.export_model`."""

    encode: Any
    decode: Any


def load_in_float32(folder: Path) -> Any:
    """Return the trained model of a folder, with layers that compute in float32."""
    model, configuration = load_model(folder), load_configuration(folder)
    plain = build_model({**configuration, "precision": "float32"})
    plain.set_weights(model.get_weights())
    return plain


def functions_of(model: Any, mean: Any = None) -> Functions:
    """Return the functions of a model; `mean` stands for `model.posterior.mean`, if it is given."""
    images = tf.TensorSpec((None, *model.image_shape), tf.float32, "images")
    if isinstance(model, VQVAE):
        codes = tf.TensorSpec((None, *model.encoder.output_shape[1:3]), tf.int32, "codes")
        return Functions(
            tf.function(lambda images: {"codes": model.encode(images)}, [images]),
            tf.function(lambda codes: {"images": model.decode(codes)}, [codes]),
        )
    latents = tf.TensorSpec((None, model.posterior.latent_dim), tf.float32, "latents")
    mean_of = mean or model.posterior.mean

    def encoded(parameters: Any) -> dict[str, Any]:
        return {"mean": mean_of(parameters), "parameters": parameters}

    if model.num_classes is None:
        return Functions(
            tf.function(lambda images: encoded(model.encoder(images)), [images]),
            tf.function(lambda latents: {"images": model.decode(latents)}, [latents]),
        )
    labels = tf.TensorSpec((None,), tf.int32, "labels")
    return Functions(
        tf.function(lambda images, labels: encoded(model.given(labels).encoder(images)), [images, labels]),
        tf.function(lambda latents, labels: {"images": model.decode(latents, labels)}, [latents, labels]),
    )
