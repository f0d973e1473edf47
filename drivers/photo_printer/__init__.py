"""The photo printer behind CUPS (pycups, the optional extra `print`): whole L-size pages, borderless, true to size.

CUPS's own word that a job is "completed" is not believed by itself, and nothing is ever printed again by itself.
"""
