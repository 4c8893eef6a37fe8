"""Without the extra, what-ifs say how to get it."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
import sys
from importlib import util
real = util.find_spec
util.find_spec = lambda name, *more: None if name == "numba" else real(name, *more)
from counterpoint.faces.cli.main import main
sys.argv = ["counterpoint", *sys.argv[1:]]
sys.exit(main())
"""


def test_a_command_without_the_extra_says_how_to_get_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, "whatif", "models"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3
    assert "what-ifs need numba, which is not installed" in ran.stderr
    assert "pip install 'counterpoint[simulation]'" in ran.stderr
    assert "Traceback" not in ran.stderr
