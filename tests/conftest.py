"""Settings of all tests."""

from hypothesis import settings

# A time limit per example would make the tests fail on a busy machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
