"""What the study found, in sentences with the numbers of its records: for README.md, docs/findings.md and the page."""
