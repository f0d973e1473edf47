"""`python -m tui` is `demado`, where no installed script is at hand."""

from tui.command import main

main(prog_name="demado")
