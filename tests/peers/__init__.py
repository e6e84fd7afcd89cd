"""The same call measured on systems of others beside ours; run by hand, never in the test suite."""
