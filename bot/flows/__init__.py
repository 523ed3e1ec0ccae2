"""Conversations of several turns that a pack describes: what is asked, decided and done."""
