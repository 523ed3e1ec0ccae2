"""What each claim of the README costs to check: one command a claim."""
