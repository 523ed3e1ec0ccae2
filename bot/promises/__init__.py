"""What was promised: found in outgoing texts, with the time by which it must be kept."""
