"""What the people's API answers with: one module a noun."""
