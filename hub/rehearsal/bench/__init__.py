"""`demado bench`: the project's figures, measured on this machine against what this machine can do at best."""
