"""How does a pack become a served library, and stay it while its files change?"""
