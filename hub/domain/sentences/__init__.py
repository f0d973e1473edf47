"""What staff are told when a rule says no: one module for each part of a code."""
