"""The tables of the store, one module per area; `every.py` knows all of them."""
