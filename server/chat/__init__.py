"""What the shop's own chat window may ask of the program."""
