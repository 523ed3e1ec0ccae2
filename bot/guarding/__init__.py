"""May a text leave the shop? Words, figures and prices of everything that goes out."""
