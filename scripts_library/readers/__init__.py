"""One module for each kind of file in a pack: from YAML values to values of the core."""
