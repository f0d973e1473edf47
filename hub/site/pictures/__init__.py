"""The one place where photos and stills live on a hub, who sees them, and the photo's print."""
