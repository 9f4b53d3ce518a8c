"""A small portal that plays Publik: it knows the connector by its HTTP interface alone."""
