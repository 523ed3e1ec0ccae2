"""Tickets: their types, moves, due times in working time."""
