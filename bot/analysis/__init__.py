"""
Numbers about the work: which task a commit belongs to, when things end, what they take.

Pure functions on numpy and scikit-learn. Importing this room costs most of a second, so only the
jobs that need it import it, and they do it when they run.
"""
