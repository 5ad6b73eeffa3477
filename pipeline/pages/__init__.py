"""Pages for people: HTML from records and pictures. Stages import its modules."""
