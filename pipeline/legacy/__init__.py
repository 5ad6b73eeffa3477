"""The thesis's own protocol with its defects, and with one of them corrected at a time."""
