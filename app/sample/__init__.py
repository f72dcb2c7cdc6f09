"""Believable invented matters for the sample station, for tests and for screenshots.

Nothing here touches a store: :func:`app.sample.grow.grow` makes plain values, and whoever fills a station with them
drives the same functions a person's hand would.
"""
