"""What buyers may ask of us: how long we keep, a copy of it all, to be forgotten."""
