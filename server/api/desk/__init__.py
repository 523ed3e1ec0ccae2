"""What people may ask over HTTP about one shop: ``/api/v1/desk/{shop}/…``."""
