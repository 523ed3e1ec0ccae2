"""How does a shop change what a pack says? Entries, edits over a pack, and their merge."""
