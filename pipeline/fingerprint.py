"""Stage fingerprint: the code of each stage as digests of what it means; every other stage depends on its own file."""

import argparse
import os
import sys
from pathlib import Path

from pipeline import files
from pipeline.jobs.fingerprint import fingerprints
from tfvae import lifetime


def main() -> None:
    """Write a file for each stage; remove those of stages that are gone. A mistake in the code changes no file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--code", type=Path, required=True, help="the folder of the files, which holds nothing else")
    folder = parser.parse_args().code
    lifetime.end_with_parent(os.getppid())
    try:
        contents = {name: content.encode() for name, content in fingerprints().items()}
        before = {path.name: path.read_bytes() for path in folder.glob("*.txt")}
        for name, content in contents.items() - before.items():
            files.write_bytes(folder / name, content)
        for name in before.keys() - contents.keys():
            (folder / name).unlink()
    except SyntaxError as error:
        sys.exit(f"error: {error.filename}:{error.lineno}: {error.msg}")
    except (ImportError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
