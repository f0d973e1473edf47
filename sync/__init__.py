"""What parties share and how it travels: keys, trust, the record, envelopes."""
