"""The parameter files, and all parameters as one value."""

from collections.abc import Iterator
from itertools import product

from pipeline.params.architectures import Architectures
from pipeline.params.colour_images import Colour
from pipeline.params.conditional_vae import Conditional
from pipeline.params.fields import Conflicts, PerDataset, PerNetwork, Section, with_fields
from pipeline.params.known_factors import IMAGES, Disentanglement, PerKnown
from pipeline.params.latent_spaces import LatentAnalysis
from pipeline.params.legacy import Legacy
from pipeline.params.model_family import Objectives
from pipeline.params.own_images import OwnImages
from pipeline.params.pretrained import Pretrained
from pipeline.params.thesis import Thesis
from pipeline.params.variants import Variants
from pipeline.params.vq_vae import VectorQuantised
from pipeline.params.wide_search import HyperparameterSearch

STUDY = "params.yaml"
# The sections that need an entry for each dataset of a list.
_SECTIONS_OF = {
    "classified": ("train_fid_classifier",),
    "searched": ("preliminary_grid", "pareto_select", "hyperparameter_search"),
    "datasets": (
        "main_experiments",
        "stick_breaking",
        "augmented_sampling",
        "manifolds",
        "variants",
        "legacy_experiments",
        "pretrained",
    ),
    "objectives_datasets": ("objectives",),
    "disentanglement_datasets": ("disentanglement",),
    "latent_datasets": ("latent_analysis",),
    "conditional_datasets": ("conditional",),
    "vector_quantised_datasets": ("vector_quantised",),
    "colour_datasets": ("colour",),
}
# Lists that hold all datasets of others.
_WIDER = {
    "classified": (
        "datasets",
        "objectives_datasets",
        "latent_datasets",
        "conditional_datasets",
        "vector_quantised_datasets",
    ),
    "fetched": ("classified", "colour_datasets"),
}


class Parameters(Thesis):
    """The parameters of all files: what params.yaml holds, and the section of each other file."""

    variants: PerDataset[Variants, Variants]
    legacy_experiments: PerDataset[Legacy, PerNetwork[Legacy]]
    objectives: PerDataset[Objectives, Objectives]
    disentanglement: PerKnown[Disentanglement, Disentanglement]
    latent_analysis: PerDataset[LatentAnalysis, LatentAnalysis]
    conditional: PerDataset[Conditional, Conditional]
    vector_quantised: PerDataset[VectorQuantised, VectorQuantised]
    colour: PerDataset[Colour, Colour]
    own_images: OwnImages
    pretrained: PerDataset[Pretrained, PerNetwork[Pretrained]]
    hyperparameter_search: PerDataset[HyperparameterSearch, HyperparameterSearch]

    def _conflicts(self) -> Conflicts:
        """Check what needs several sections: lists of datasets, their entries, and images to train a classifier on."""
        if sorted(self.searched + self.transferred) != sorted(self.datasets):
            yield ("datasets",), "'searched' and 'transferred' together must name every entry of 'datasets' once"
        if self.transferred and self.transfer_architecture.source not in self.searched:
            yield ("transfer_architecture", "source"), "must be one of 'searched'"
        for wider, list_names in _WIDER.items():
            for list_name in list_names:
                for dataset in getattr(self, list_name):
                    if dataset not in getattr(self, wider):
                        yield (wider,), f"{dataset}, which stands in '{list_name}', must stand here too"
        for list_name, sections in _SECTIONS_OF.items():
            for section, dataset in product(sections, getattr(self, list_name)):
                if dataset not in getattr(self, section).by_dataset():
                    mistake = f"every dataset of the study needs its entry there; '{list_name}' names it"
                    yield (section, dataset), mistake
        for name, dataset in self.user_datasets.items():
            if max(dataset.height, dataset.width) > self.own_images.large.pixels:
                mistake = f"height and width must be at most {self.own_images.large.pixels}, own_images.large.pixels"
                yield ("user_datasets", name), mistake
        for dataset, settings in self.objectives.by_dataset().items():
            for name in settings.unknown:
                yield ("objectives", "common", "family", name), f"must stand there, as objectives.{dataset} names it"
                yield ("objectives", dataset, "models"), f"known are {', '.join(settings.family)}. Received: {name!r}"
        for dataset, scored in self.disentanglement.by_dataset().items():
            most = IMAGES[dataset]
            if max(scored.batch_size, scored.images + scored.test_images) > most:
                mistake = f"batch_size, and images with test_images, must be at most the {most} images that there are"
                yield ("disentanglement", dataset), mistake
        quantised = self.vector_quantised.common
        shown = {"quantised_latent_dims": quantised.shown_latent_dim, "codes": quantised.shown_codes}
        for field, value in shown.items():
            if value not in getattr(quantised, field):
                yield ("vector_quantised", "common", field), f"must hold {value}, which the figures show"
        batch_size = self.train_fid_classifier.common.batch_size
        for section in ("conditional", "vector_quantised"):
            for dataset, settings in getattr(self, section).by_dataset().items():
                if settings.images < batch_size:
                    least = f"train_fid_classifier.common.batch_size. Received: {settings.images} and {batch_size}"
                    mistake = f"a classifier is trained on them, so they must be at least {least}"
                    yield (section, dataset, "images"), mistake


# Relative to the folder of params.yaml.
FILES: dict[str, type[Section]] = {
    STUDY: Thesis,
    "params/variants.yaml": with_fields(Parameters, ["variants"]),
    "params/legacy.yaml": with_fields(Parameters, ["legacy_experiments"]),
    "params/model_family.yaml": with_fields(Parameters, ["objectives"]),
    "params/known_factors.yaml": with_fields(Parameters, ["disentanglement"]),
    "params/latent_spaces.yaml": with_fields(Parameters, ["latent_analysis"]),
    "params/conditional_vae.yaml": with_fields(Parameters, ["conditional"]),
    "params/vq_vae.yaml": with_fields(Parameters, ["vector_quantised"]),
    "params/colour_images.yaml": with_fields(Parameters, ["colour"]),
    "params/own_images.yaml": with_fields(Parameters, ["own_images"]),
    "params/pretrained.yaml": with_fields(Parameters, ["pretrained"]),
    "params/wide_search.yaml": with_fields(Parameters, ["hyperparameter_search"]),
}
FILE_OF = {section: file for file, model in FILES.items() for section in model.model_fields}


def unknown_candidates(parameters: Parameters, architectures: Architectures) -> Iterator[str]:
    """Yield which candidates of the parameters architectures.yaml does not have."""
    named = {"preliminary_grid": ["candidates"], "pareto_select": ["architecture"]}
    named["legacy_experiments"] = ["architecture", "grid"]
    for section, field in ((section, field) for section, fields in named.items() for field in fields):
        for dataset, networks in getattr(parameters, section).by_dataset().items():
            for network, settings in networks:
                value = getattr(settings, field)
                for name in [value] if isinstance(value, str) else value:
                    if name not in ("all", "selected") and (lack := getattr(architectures, network).lacks(name)):
                        yield f"{section}.{dataset}.{network}.{field}: {lack}"
    for dataset, variants in parameters.variants.by_dataset().items():
        for name, network, candidate in variants.named_candidates():
            if lack := getattr(architectures, network).lacks(candidate):
                yield f"variants.{dataset}.models.{name}.architecture: {lack}"
