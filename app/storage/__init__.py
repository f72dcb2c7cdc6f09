"""The station's store: one encrypted file, its keys, its lock, its backups and its attachments."""
