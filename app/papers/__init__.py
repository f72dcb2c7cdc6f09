"""The statutory papers as PDF.

``forms`` says what is on each paper in plain blocks, ``typesetter`` turns blocks into ReportLab's flowables,
``engine`` makes the file. Everything a form module needs is free of ReportLab, so that the list of papers
costs nothing at start.
"""
