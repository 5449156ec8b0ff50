"""Timings; each module prints its table and runs on its own."""
