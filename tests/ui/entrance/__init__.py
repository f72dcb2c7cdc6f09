"""Tests of the entrance: first start, sign-in, restore."""
