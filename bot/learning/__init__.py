"""What does a library's use teach? Missed turns, what people send, what has changed."""
