"""Messages we promise to send later: plans, windows, caps and stop rules."""
