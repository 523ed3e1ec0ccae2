"""From an intent to a text that may leave: select, render, guard."""
