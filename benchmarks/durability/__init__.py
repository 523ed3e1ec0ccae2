"""Is anything lost or sent twice when the server is killed again and again?"""
