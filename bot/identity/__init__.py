"""Is this order the buyer's own? What an anonymous buyer tells to show it."""
