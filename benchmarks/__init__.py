"""Measurements beside baselines, all in one run (PERFORMANCE.md); `python -m benchmarks`."""
