"""A small part of the study trained again, and the committed records beside it: `python -m pipeline.verify`."""
