"""Parts of the case folder."""
