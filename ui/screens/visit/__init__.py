"""Parts of the reception screen."""
