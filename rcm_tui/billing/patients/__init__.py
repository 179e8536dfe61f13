"""What patients may be asked for, and moving balances to them and back."""
