"""Jobs, with results kept by a key over all that determines them. Stages import its modules."""
