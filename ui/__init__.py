"""The windows. Asks ``app``, never a database; the frame is described in ``ui/README.md``."""
