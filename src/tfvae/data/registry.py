"""Names of the datasets; a dataset's module is imported on first use.

A dataset's module has one public function, `load(path: pathlib.Path | None) -> Dataset`, where `path` is a folder that
the user says holds the dataset's files.
"""

DATASETS: dict[str, str] = {
    "digits": "tfvae.data.digits",
    "mnist": "tfvae.data.mnist",
    "fashion_mnist": "tfvae.data.fashion_mnist",
    "usps": "tfvae.data.usps",
    "flower_patches": "tfvae.data.flower_patches",
    "flowers102": "tfvae.data.flowers102",
}
