"""What changes the database: one module a noun; functions of a connection."""
