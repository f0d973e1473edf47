"""The subcommands of `demado`, one a module."""
