"""The desk of the town hall: what waits, who may what, how the town looks."""
