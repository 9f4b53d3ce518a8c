"""How fast, how much: figures of this product beside those of something simple, in one run on one machine."""
