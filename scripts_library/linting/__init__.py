"""What makes a loadable pack a good one, one module for each kind of content."""
