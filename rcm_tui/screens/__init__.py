"""What a person sees and presses: one module per thing on screen."""
