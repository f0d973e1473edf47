"""What every terminal, desk and actor uses to reach a hub: connection, replica, signed commands."""
