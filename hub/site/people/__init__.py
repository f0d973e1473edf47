"""The people of a site as its hub keeps them: lists, locked keys, renewals, pairing."""
