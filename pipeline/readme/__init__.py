"""The command that puts tables and findings into README.md and pages in docs/."""
