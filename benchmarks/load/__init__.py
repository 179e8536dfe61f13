"""`make bench-load`: many workstations and the worker on one store, driven by keys over ptys."""
