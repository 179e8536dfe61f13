"""`make bench-terminal`: the workstation at a million claims, timed from outside through a pty."""
