"""The migrations themselves, one a file."""
