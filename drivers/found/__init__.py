"""What is connected to this machine, whether a hub could use it, and if not, why: for `demado devices` and doctor."""
