"""Incidents: what a shop cannot keep just now, whom it concerns, and what is said."""
