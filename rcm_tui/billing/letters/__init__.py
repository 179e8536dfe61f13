"""Letters to payers: their templates, what can be filled in, and the letters themselves."""
