"""The matchers as child processes: each module runs where its distribution is installed.

Standard library and the one distribution only, and nothing newer than Python 3.10: the
environments know nothing of ours.
"""
