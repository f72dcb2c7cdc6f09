"""Tests of the desk's screens: real widgets on a real, encrypted station."""
