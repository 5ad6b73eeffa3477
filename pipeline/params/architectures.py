"""The schema of architectures.yaml: the parts of the architectures that are searched, and the candidates."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from pipeline.params.fields import CandidateName, Candidates, Conflicts, Section
from tfvae.networks.shapes import check_decoder, encoder_features

IMAGE_SHAPE = (28, 28, 1)  # of every dataset that params.yaml may name
KINDS_OF_LAYER = ("(convolution)", "(pooling)")  # stand in the place of an error, but in no file

Name = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}$")]
Channels = Annotated[int, Field(ge=1, le=4096)]
Window = Annotated[int, Field(ge=1, le=28, description="side of the window, in pixels")]
Stride = Annotated[
    int,
    Field(ge=1, le=28, description="pixels from one window to the next; in a decoder, the factor of height and width"),
]
Units = Annotated[list[Annotated[int, Field(ge=1, le=65536)]], Field(min_length=1, max_length=100)]


class Convolution(Section):
    """A convolution (in a decoder: transposed)."""

    filters: Channels = Field(description="channels of the output")
    kernel: Window
    stride: Stride


class Pooling(Section):
    """An average pooling."""

    pool: Window
    stride: Stride


class ConvolutionalDecoder(Section):
    """The shape that a dense layer's output gets, and the transposed convolutions that follow."""

    reshape: Annotated[list[Channels], Field(min_length=3, max_length=3, description="height, width and channels")]
    layers: Annotated[list[Convolution], Field(min_length=1, max_length=20, description="transposed convolutions")]

    @model_validator(mode="after")
    def _ends_in_an_image(self) -> Self:
        check_decoder(IMAGE_SHAPE, self.model_dump())
        return self


def _kind_of_layer(layer: Any) -> str:
    if isinstance(layer, dict):
        return "(convolution)" if "filters" in layer or "kernel" in layer else "(pooling)"
    return "(pooling)" if isinstance(layer, Pooling) else "(convolution)"


def _fitting_encoder(layers: list[Convolution | Pooling]) -> list[Convolution | Pooling]:
    encoder_features(IMAGE_SHAPE, [layer.model_dump() for layer in layers])
    return layers


Layer = Annotated[
    Annotated[Convolution, Tag("(convolution)")] | Annotated[Pooling, Tag("(pooling)")], Discriminator(_kind_of_layer)
]
Encoder = Annotated[list[Layer], Field(min_length=1, max_length=20), AfterValidator(_fitting_encoder)]


class Parts(Section):
    """Encoders and decoders by name, and the candidates: e13-d13 is the encoder e13 with the decoder d13."""

    candidates: Candidates = Field(description="candidates that a search of `all` trains, in this order")
    encoders: dict[Name, Any]
    decoders: dict[Name, Any]

    def _conflicts(self) -> Conflicts:
        for name in self.candidates:
            if lack := self.lacks(name):
                yield ("candidates",), lack

    def lacks(self, name: CandidateName) -> str | None:
        """Return a message if there is no such encoder or decoder, else None."""
        encoder, decoder = name.split("-")
        if encoder in self.encoders and decoder in self.decoders:
            return None
        encoders, decoders = ", ".join(self.encoders), ", ".join(self.decoders)
        return f"there is no candidate {name!r}; encoders are {encoders}, decoders {decoders}"

    def candidate(self, name: CandidateName) -> dict[str, Any]:
        """Return {"name", "encoder", "decoder"} of a candidate, as plain data."""
        encoder, decoder = name.split("-")
        parts = self.model_dump()
        return {"name": name, "encoder": parts["encoders"][encoder], "decoder": parts["decoders"][decoder]}


class DenseParts(Parts):
    """The units of hidden layers."""

    encoders: dict[Name, Units] = Field(description="units of each hidden layer")
    decoders: dict[Name, Units] = Field(description="units of each hidden layer")


class ConvolutionalParts(Parts):
    """Layers of encoders (valid padding) and of decoders."""

    encoders: dict[Name, Encoder] = Field(description="convolutions and poolings")
    decoders: dict[Name, ConvolutionalDecoder]


class Architectures(Section):
    """The whole of architectures.yaml."""

    mlp: DenseParts
    cnn: ConvolutionalParts
