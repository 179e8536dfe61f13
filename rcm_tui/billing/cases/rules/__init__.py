"""From denial to case by itself: the practice's rules, what they do, and what they would do."""
