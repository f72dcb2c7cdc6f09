"""Tests of the windows on real widgets."""
