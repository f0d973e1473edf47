"""What a careful person would look at on the hub's machine before a day is opened; one module for each part."""
