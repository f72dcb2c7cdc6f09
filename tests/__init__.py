"""Tests of the program, on real parts."""
