"""F12: incidents and complaints, from any screen."""
