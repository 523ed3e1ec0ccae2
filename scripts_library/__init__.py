"""What can be said: packs of content, read and checked as a whole."""
