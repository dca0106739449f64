"""`python -m pipeline.cli` is `sme2module`."""

import sys

from pipeline.cli import main

sys.exit(main())
