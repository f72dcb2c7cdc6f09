"""What every screen stands on: the worker lanes, errors, forms, tables, drafts."""
