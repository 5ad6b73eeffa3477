"""`python -m pipeline.readme`: the generated parts of README.md and of pages in docs/, and summaries on the terminal.

`tables docs/tables.md metrics/tables/mnist.md ...` puts the tables of the stage summarize between their marks, in the
order given, `tables README.md --first ...` the first of each file alone. `findings PAGE` puts between their marks
those findings whose marks the page has. With --check nothing is written, and the exit status says whether they are up
to date.
`summary metrics/summary/digits.json` prints the table of a summary.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import TemplateError

from pipeline import files
from pipeline.findings.sentences import PARTS, findings
from pipeline.pages.embedding import first_table, marked, update
from pipeline.params.loading import load_parameters
from pipeline.records.kinds import DatasetSummary, read_record
from pipeline.stage import PARAMETERS
from pipeline.thesis.tables import summary_table


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit status."""
    given = _parser().parse_args(argv)
    try:
        if given.command == "summary":
            print("\n".join(summary_table(files.read_json(path, DatasetSummary)).plain() for path in given.summaries))
            return 0
        if given.command == "tables":
            tables = (files.read_text(path).strip() for path in given.tables)
            texts = {"tables": "\n\n".join(first_table(text) if given.first else text for text in tables)}
        else:
            record = cache(lambda name: read_record(given.metrics / f"{name}.json"))
            parameters = load_parameters(given.parameters)
            texts = {part: findings(part, record, parameters) for part in marked(given.page, PARTS)}
        return max(update(given.page, part, text, given.check) for part, text in texts.items())
    except (OSError, ValueError, TemplateError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.readme", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    tables, sentences = commands.add_parser("tables"), commands.add_parser("findings")
    for command in (tables, sentences):
        command.add_argument("page", type=Path)
        command.add_argument("--check", action="store_true", help="write nothing; status 1 if it is out of date")
    tables.add_argument("tables", type=Path, nargs="+", help="Markdown, one file for each dataset")
    tables.add_argument("--first", action="store_true", help="of each file its first table alone")
    sentences.add_argument("--metrics", type=Path, default=Path("metrics"), help="folder of the records")
    sentences.add_argument("--parameters", type=Path, default=PARAMETERS, help="the study's parameters")
    commands.add_parser("summary").add_argument("summaries", type=Path, nargs="+", help="JSON, one for each dataset")
    return parser


if __name__ == "__main__":
    sys.exit(main())
