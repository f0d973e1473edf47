"""Papers that people sign or hand over, as PDF: one module and one template each."""
