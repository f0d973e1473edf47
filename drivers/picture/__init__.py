"""The face photo once it is taken: looked at, measured, cut to 35 x 45 mm, put on a page; never changed otherwise."""
