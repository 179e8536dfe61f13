"""Cases: opened for claims that were denied or are not paid, worked, and resolved."""
