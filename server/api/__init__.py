"""What people and machines may ask over HTTP, besides the connectors' routes."""
