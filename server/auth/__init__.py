"""Who is behind a person's request, and may they? Logins, sessions, roles."""
