"""Who tells more messages rightly apart: ours, or what a user would pick instead?"""
