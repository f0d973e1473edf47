"""The face photo on the booth's terminal: the picture, its points, the applicant's two ticks."""
