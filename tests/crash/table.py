"""How often a harmed edit came out old, new or bad."""


class Table:
    def __init__(self):
        self.tried = self.old = self.new = self.bad = 0

    def add(self, verdict):
        self.tried += 1
        setattr(self, verdict, getattr(self, verdict) + 1)

    def __str__(self):
        return f"tried {self.tried}, old {self.old}, new {self.new}, bad {self.bad}"
