"""What is remembered: tables, the group-commit writer, writes and reads, each by shop."""
