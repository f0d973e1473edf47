"""Devices as the record knows them: states, effects, supplies."""
