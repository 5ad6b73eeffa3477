"""docs/promises.md says how many faults the tests inject."""

import math
import re

from pipeline.jobs.closure import ROOT
from tests.data import mirrors, test_fetching, test_usps
from tests.pipeline import failing_disk, test_disk

INJECTING = [
    test_fetching.test_wrong_data_is_never_stored,
    test_fetching.test_next_mirror_is_tried,
    test_usps.test_faults_of_a_mirror,
    test_disk.test_what_a_stage_writes_is_whole_or_untouched,
    test_disk.test_a_stage_ends_with_one_message_and_runs_when_the_disk_is_mended,
]


def cases(test):
    """Return in how many cases a test runs."""
    return math.prod(len(mark.args[1]) for mark in test.pytestmark if mark.name == "parametrize")


def test_the_page_counts_the_faults():
    text = " ".join((ROOT / "docs" / "promises.md").read_text(encoding="utf-8").split())
    (stated,) = re.findall(r"(\d+) faults of a mirror and (\d+) of a disk, in (\d+) cases", text)
    counted = (len(mirrors.FAULTS), len(failing_disk.FAULTS), sum(map(cases, INJECTING)))
    assert tuple(map(int, stated)) == counted
