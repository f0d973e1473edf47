"""Who may sign at a site, and how new machines and keys join."""
