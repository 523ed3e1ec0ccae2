"""Does a message cost more when the library has a hundred times the examples?"""
