"""The terminals and the command line; the only room that loads textual."""

import os

# With the kitty keyboard protocol several terminals lose what a Japanese input method commits. Textual reads
# this once, when it is first imported, so it is set here: every module of this room comes after this line.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
