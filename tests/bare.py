"""`python bare.py` in an environment that has nothing but an installed tfvae: whether all of it came along.

The release workflow runs it, in a folder without the checkout.
"""

import importlib
import importlib.metadata
import importlib.resources

import tfvae

PARTS = ("data", "distributions", "evaluation", "models", "networks", "plotting", "priors", "sampling", "training")


def main() -> None:
    """Import every public name, and look for the files that are no code."""
    files = importlib.resources.files("tfvae")
    assert "site-packages" in str(files), f"not an installed library: {files}"
    for part in ("command", "export", *PARTS):
        package = importlib.import_module(f"tfvae.{part}")
        assert all(getattr(package, name) is not None for name in package.__all__), part
        assert (files / part / "__init__.pyi").is_file(), part
    assert (files / "py.typed").is_file()
    for package in ("tfvae", "keras", "numpy", "scipy", "scikit-learn", "tensorflow", "matplotlib"):
        print(package, importlib.metadata.version(package))
    assert tfvae.data.load("digits").x_train.shape == (1437, 28, 28, 1)


if __name__ == "__main__":
    main()
