"""Finding a matter by any characters of it: Chinese of any length, pinyin initials, numbers."""
