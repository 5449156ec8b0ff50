"""A voice assistant over your own photos that runs entirely on your machine."""

__version__ = "0.1.0"
