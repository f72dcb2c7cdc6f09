"""The one life-cycle engine; each kind of matter is a table of allowed steps."""
