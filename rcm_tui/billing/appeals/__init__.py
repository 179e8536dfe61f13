"""Appeals: asking a payer to decide again, level by level, and what comes of it."""
