"""Imported by the fork server (nursery.py): what every hub and office does as it starts, done once for all of them."""

from hub.domain.contracts.reading import load_profile, shipped

for contract in shipped():
    load_profile(contract)
