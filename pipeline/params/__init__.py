"""The schema of the parameter files: every field with its range and meaning, nothing unknown.

There are no defaults: a default is a parameter that DVC cannot see.
"""
