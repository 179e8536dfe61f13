"""What billers do, as plain functions that take a unit of work first."""
