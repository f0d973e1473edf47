"""The daemon of the back office: gathers the records of all sites, checks and cosigns them."""
