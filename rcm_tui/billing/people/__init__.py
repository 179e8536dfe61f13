"""People and their keys: who may log in, as what, and which SSH key is whose."""
