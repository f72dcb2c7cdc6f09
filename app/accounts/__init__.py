"""People who sign in, what they may do, and the log of access."""
