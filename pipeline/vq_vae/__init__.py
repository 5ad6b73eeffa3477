"""Plain, beta- and vector-quantised VAEs compared by their samples (document 004)."""
