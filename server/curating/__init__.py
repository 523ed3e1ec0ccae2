"""How does a shop change its script library? Drafts, checks, publications, the way back."""
