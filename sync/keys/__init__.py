"""Keys and whose they are: certificates, roots, signed lists, locked keys, fingerprints."""
