"""Bank deposits: what came in, and which payments of payers it is."""
