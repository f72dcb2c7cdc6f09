"""Fonts of the printed papers: which face serves which role, and how a face gets into a PDF."""
