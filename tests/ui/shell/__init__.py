"""Tests of the window around the screens, and of the whole program."""
