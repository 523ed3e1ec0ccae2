"""From what was understood to what is done: bands, hand-over, conversation state."""
