"""What would another library have done about what buyers have written? Values only."""
