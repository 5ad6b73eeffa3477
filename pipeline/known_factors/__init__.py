"""Models of images whose factors are known, and whether each factor has latents of its own."""
