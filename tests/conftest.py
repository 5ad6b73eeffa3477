"""Settings of all tests."""

from hypothesis import settings

# A time limit per example would make the tests fail on a busy machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# They take longest, so they come first: two processes then end together. The first of them runs the study that the
# others copy.
FIRST = ("test_end_to_end", "params/test_bad_parameters", "test_interruption", "test_changes")


def pytest_collection_modifyitems(items):
    """Put the longest modules first."""

    def rank(item):
        name = item.nodeid.partition("::")[0].removesuffix(".py")
        return next((i for i, first in enumerate(FIRST) if name.endswith(first)), len(FIRST))

    items.sort(key=rank)
