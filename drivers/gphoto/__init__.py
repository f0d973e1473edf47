"""Cameras that libgphoto2 drives, in a process of their own: it hangs, crashes and holds locks, and the hub must not."""
