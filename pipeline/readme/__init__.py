"""The README's tables and findings."""
