"""The words of verdicts, and what each says of a published figure; of a claim in words alike."""

from typing import Literal

Comparison = Literal["agrees", "same order", "disagrees", "undecided", "not measured"]
Verdict = Literal[
    "agrees", "same order", "legacy only", "legacy order", "disagrees", "undecided", "not measured", "not built yet",
    "void", "unverified",
]  # fmt: skip
VERDICTS: dict[Verdict, str] = {
    "agrees": "our corrected protocol gives it, within the spread of runs",
    "same order": "our corrected protocol gives a value within a factor of two, not within the spread of runs",
    "legacy only": "the protocol that published it gives it within the spread of runs, defects included; ours does not",
    "legacy order": "that protocol alone gives a value within a factor of two",
    "disagrees": "no protocol that was measured gives it",
    "undecided": "too few runs, or too wide a spread, to say",
    "not measured": "there is no value of ours that could be compared",
    "not built yet": "there is no such system here",
    "void": "a mistake left the figure without meaning",
    "unverified": "the figure is quoted at second hand",
}
