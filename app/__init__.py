"""What the program does; no Qt in here."""
