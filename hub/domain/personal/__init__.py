"""Personal data: sealed, read with a reason, erased on time."""
