"""The booth's terminal: its frame of screens, keys and the pages that stand beside the work."""
