"""What the JSON of each stage holds, as types: names, meanings, units and values."""
