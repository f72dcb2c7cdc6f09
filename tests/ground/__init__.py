"""What tests stand on: clocks, databases, screens and the guards that let nothing unexpected pass."""
