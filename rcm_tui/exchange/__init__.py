"""Between the practice and the world: claims out, answers in."""
