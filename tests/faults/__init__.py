"""What goes wrong around the program, made for real: work goes on, and a sentence says what was."""
