"""From an intent to a text: select, render, mask."""
