"""The figures of docs/speed.md are those of the committed results."""

import json
from pathlib import Path

from benchmarks import readme

BEGIN, END = "<!-- speed:begin -->", "<!-- speed:end -->"
ROOT = Path(__file__).resolve().parents[2]


def test_the_page_quotes_the_committed_results():
    assert readme.main([str(ROOT / "docs" / "speed.md"), "--check"]) == 0


def test_figures_are_put_between_the_marks(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n", encoding="utf-8")
    assert readme.main([str(page), "--check"]) == 1
    assert readme.main([str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"above\n{BEGIN}\n\n") and text.endswith(f"\n\n{END}\nbelow\n")
    assert "old" not in text and "images per second" in text
    assert readme.main([str(page), "--check"]) == 0


def test_ratios_are_those_of_the_results():
    results = json.loads(readme.RESULTS.read_text(encoding="utf-8"))
    text = readme.speed(results)
    for network in readme.NETWORKS:
        for ratio in results["ratios"][network].values():
            assert ratio is None or f"{ratio:.1f} times" in text
