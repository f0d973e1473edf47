"""Pure rules: contract profiles, calendar, queue, visits, custody; decide and evolve, no I/O, no clock."""
