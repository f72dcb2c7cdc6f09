"""The look, in one place: tokens, style sheet, fonts, icons."""
