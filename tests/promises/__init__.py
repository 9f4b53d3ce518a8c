"""What must always hold, tried. Scenarios take a size and a seed: small in tests, large in the long run."""
