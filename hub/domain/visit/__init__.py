"""One applicant's procedure, step by step."""
