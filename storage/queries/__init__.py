"""What reads the database: one module a noun; functions of a connection."""
