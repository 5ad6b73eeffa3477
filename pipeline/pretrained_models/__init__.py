"""The room of small trained models that Git keeps, each with a card that says what it is."""
