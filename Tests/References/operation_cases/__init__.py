"""The cases of operations.py, one file a family."""
