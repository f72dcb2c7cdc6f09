"""The county center: takes batches in, keeps the rows of the whole county, signs receipts."""
