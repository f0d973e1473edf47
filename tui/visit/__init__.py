"""One visit on the booth's terminal: its steps, papers and drafts."""
