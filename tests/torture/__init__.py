"""Sending exactly once, tortured: workers killed and paused at every point of the protocol.

A short version runs with the suite; `make torture` runs many rounds and prints what it counted.
"""
