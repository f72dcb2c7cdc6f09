"""Benchmarks: ratios printed side by side in one run, never timed assertions. Run with ``python3 run.py bench``."""
