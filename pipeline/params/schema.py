"""The parameter files, and all parameters as one value."""

from collections.abc import Iterator

from pipeline.params.architectures import Architectures
from pipeline.params.colour_images import ColourImages
from pipeline.params.conditional_vae import ConditionalVae
from pipeline.params.fields import Section
from pipeline.params.latent_spaces import LatentSpaces
from pipeline.params.legacy import Legacy
from pipeline.params.thesis import Thesis
from pipeline.params.vq_vae import VqVae

STUDY = "params.yaml"
# Relative to the folder of params.yaml.
FILES: dict[str, type[Section]] = {
    STUDY: Thesis,
    "params/legacy.yaml": Legacy,
    "params/latent_spaces.yaml": LatentSpaces,
    "params/conditional_vae.yaml": ConditionalVae,
    "params/vq_vae.yaml": VqVae,
    "params/colour_images.yaml": ColourImages,
}
FILE_OF = {section: file for file, model in FILES.items() for section in model.model_fields}
# The list that names the datasets for which a section needs an entry.
_LIST_OF = {
    "train_fid_classifier": "classified",
    "preliminary_grid": "searched",
    "pareto_select": "searched",
    "main_experiments": "datasets",
    "stick_breaking": "datasets",
    "augmented_sampling": "datasets",
    "manifolds": "datasets",
    "legacy_experiments": "datasets",
    "latent_analysis": "latent_datasets",
    "conditional": "conditional_datasets",
    "vector_quantised": "vector_quantised_datasets",
    "colour": "colour_datasets",
}
# Lists that hold all datasets of others.
_WIDER = {
    "classified": ("datasets", "latent_datasets", "conditional_datasets", "vector_quantised_datasets"),
    "fetched": ("classified", "colour_datasets"),
}


class Parameters(Thesis, Legacy, LatentSpaces, ConditionalVae, VqVae, ColourImages):
    """The parameters of all files; their files keep them apart only on the disk."""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Check what needs several sections: lists of datasets, their entries, and images to train a classifier on."""
        if sorted(self.searched + self.transferred) != sorted(self.datasets):
            yield "datasets", "'searched' and 'transferred' together must name every entry of 'datasets' once"
        if self.transferred and self.transfer_architecture.source not in self.searched:
            yield "transfer_architecture.source", "must be one of 'searched'"
        for wider, list_names in _WIDER.items():
            for list_name in list_names:
                for name in getattr(self, list_name):
                    if name not in getattr(self, wider):
                        yield wider, f"{name}, which stands in '{list_name}', must stand here too"
        for section, list_name in _LIST_OF.items():
            for name in getattr(self, list_name):
                if name not in getattr(self, section).by_dataset():
                    mistake = f"every dataset of the study needs its entry there; '{list_name}' names it"
                    yield f"{section}.{name}", mistake
        batch_size = self.train_fid_classifier.common.batch_size
        for section in ("conditional", "vector_quantised"):
            for dataset, settings in getattr(self, section).by_dataset().items():
                if settings.images < batch_size:
                    least = f"train_fid_classifier.common.batch_size. Received: {settings.images} and {batch_size}"
                    mistake = f"a classifier is trained on them, so they must be at least {least}"
                    yield f"{section}.{dataset}.images", mistake


def unknown_candidates(parameters: Parameters, architectures: Architectures) -> Iterator[str]:
    """Yield which candidates of the parameters architectures.yaml does not have."""
    fields = {"preliminary_grid": "candidates", "pareto_select": "architecture", "legacy_experiments": "architecture"}
    for section, field in fields.items():
        for dataset, networks in getattr(parameters, section).by_dataset().items():
            for network, settings in networks:
                value = getattr(settings, field)
                for name in [value] if isinstance(value, str) else value:
                    if name not in ("all", "selected") and (lack := getattr(architectures, network).lacks(name)):
                        yield f"{section}.{dataset}.{network}.{field}: {lack}"
