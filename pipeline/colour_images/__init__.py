"""beta-VAEs of colour images (document 002)."""
