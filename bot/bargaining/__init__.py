"""Bargaining: what may be given away, in which order, and what an ask leads to."""
