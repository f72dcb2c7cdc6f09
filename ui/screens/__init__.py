"""One file per screen; ``registry.py`` lists them."""
