"""Claims: generation, validation, submission, answers."""
