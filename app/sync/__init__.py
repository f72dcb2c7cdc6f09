"""Sync at the station: capture changes, make batches, carry them to the county center."""
