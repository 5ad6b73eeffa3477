"""What stands for the progress of a job."""

import copy


class Kept:
    """Hands out `state` as what an interrupted run kept, and notes what is kept and reported from now on."""

    def __init__(self, state=None):
        self.state, self.kept, self.done = state, [], 0

    def resume(self):
        return self.state

    def keep(self, state):
        self.kept.append(copy.deepcopy(state))

    def report(self, amount):
        self.done += amount
