"""A fictional village to try everything with; no name, number or place in it is real."""

from brickwall.sample.loading import SampleResult, load_sample

__all__ = ["SampleResult", "load_sample"]
