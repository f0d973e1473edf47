"""The city's desk: requests in with their proofs, signed decisions out."""
