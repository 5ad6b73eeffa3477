"""Contenders: each module here runs in a process of its own and answers `benchmarks.protocol`."""
