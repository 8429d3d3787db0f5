"""Nights: the campaigns of one experiment by date, and what is told of the newest of them."""
