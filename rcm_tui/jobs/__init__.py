"""What happens by the clock: the worker's lease, its schedule, and the jobs themselves."""
