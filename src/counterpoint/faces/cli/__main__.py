"""``python -m counterpoint.faces.cli``: the command line, where its script is not on the path."""

import sys

from counterpoint.faces.cli import main

sys.exit(main())
