"""What is recorded: tables, fields, code tables and the checks that belong to single values."""
