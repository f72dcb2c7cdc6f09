"""The tour: the main path walked on an invented township, with what each step proved."""
