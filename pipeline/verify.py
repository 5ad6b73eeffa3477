"""Check that this machine and this work tree give the committed numbers: `make verify`, in minutes.

A small part of the study, on the digits, is trained again in a temporary folder, from committed code and parameters;
each number is "same", "within" the spread over seeds, or "off" (the rule: pipeline/verification/rule.py). What Git
keeps is compared with the checksums and parameters of dvc.lock and with the fingerprints of the code. A receipt is
written as JSON, and as Markdown beside it. Exit status: 0 nothing is off, 1 something is off, 2 it could not run.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline import files
from pipeline.experiment.datasets import read_dataset
from pipeline.jobs.closure import ROOT
from pipeline.jobs.settings import refuse_other_arithmetic
from pipeline.verification import receipt
from pipeline.verification.agreement import disagreements, read_lock
from pipeline.verification.comparison import compare, spreads
from pipeline.verification.retraining import NEW, STAGES, Failed, outputs, prepare, retrain
from pipeline.verification.rule import judge
from tfvae.errors import Refused

RECEIPT = Path("verify-receipt.json")
METRICS = Path("metrics")


def verify(root: Path, stages: Sequence[str], folder: Path) -> receipt.Findings:
    """Return what is found when stages of a work tree are trained again in an empty folder.

    Raises:
        Refused: if a file is missing or damaged, or dvc.lock lacks a stage.
        Failed: if a stage fails.
    """
    lock = read_lock(root)
    prepare(root, folder, stages, lock)
    kept = disagreements(root)  # before minutes are spent
    retrain(root, folder)
    return compared(root, folder / NEW, outputs(stages, lock), kept)


def compared(
    root: Path, new: Path, written: Mapping[str, Sequence[str]], kept: Mapping[str, Sequence[str]]
) -> receipt.Findings:
    """Return what was written anew beside what is committed; `kept` is what does not agree among the latter."""
    paths = [Path(path) for outs in written.values() for path in outs]
    records = [path.relative_to(METRICS) for path in paths if path.suffix == ".json"]
    data = next(path for path in paths if path.parent == Path("data"))
    images = len(read_dataset(new / data, data.stem)["y_test"])
    known = spreads(root / METRICS, records)
    numbers, precisions, descriptions = [], {}, []
    for record in records:
        one = compare(record, root / METRICS, new / METRICS, known, images)
        numbers += one.numbers
        descriptions += one.differing
        if one.precisions:
            precisions[record.with_suffix("").as_posix()] = one.precisions
    others = [path for path in paths if path.parts[0] == METRICS.name and path.suffix != ".json"]
    bytes_of = {path.as_posix(): _contents(root / path) == _contents(new / path) for path in others}
    return receipt.Findings(judge(numbers), precisions, descriptions, bytes_of, kept)


def _contents(path: Path) -> dict[str, bytes]:
    found = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}


def main(line: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receipt", type=Path, default=RECEIPT, metavar="JSON", help=f"where (default: {RECEIPT})")
    options = parser.parse_args(line)
    for kind in (signal.SIGTERM, signal.SIGHUP):  # end as after Ctrl-C: the temporary folder goes
        if signal.getsignal(kind) != signal.SIG_IGN:
            signal.signal(kind, signal.default_int_handler)
    try:
        refuse_other_arithmetic(os.environ)
        if options.receipt.suffix != ".json" or options.receipt.is_dir():
            raise Refused(f"--receipt names a file that ends in .json. Received: {options.receipt}")
        with tempfile.TemporaryDirectory(prefix="verify-", ignore_cleanup_errors=True) as folder:
            found = verify(ROOT, STAGES, Path(folder))
        about = receipt.machine(ROOT)
        files.write_bytes(options.receipt, files.json_bytes(receipt.content(found, about)))
        files.write_bytes(options.receipt.with_suffix(".md"), receipt.markdown(found, about).encode())
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        return 130
    except (Failed, OSError, Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(receipt.text(found, about))
    print(f"The receipt is {options.receipt}, and {options.receipt.with_suffix('.md')} to be posted.")
    return int(found.is_off)


if __name__ == "__main__":
    sys.exit(main())
