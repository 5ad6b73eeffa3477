"""The tables and findings of README.md and of pages in docs/."""
