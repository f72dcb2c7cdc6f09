"""Whole matters entered through the real window, then held against the county's database."""
