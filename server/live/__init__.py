"""What is happening now: new rows, and who is typing, told to whoever watches."""
