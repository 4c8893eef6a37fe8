"""What-ifs: the event engine, the model of an organisation, what bears load in it, and calibration. Pure.

An extra of the package, so that a laptop's installation stays small: without it nothing in here can be imported.
"""

from importlib.util import find_spec

from counterpoint.errors import NotFound

_LACKING = [name for name in ("numba", "SALib") if find_spec(name) is None]
if _LACKING:
    raise NotFound(
        f"what-ifs need {' and '.join(_LACKING)}, which {'are' if len(_LACKING) > 1 else 'is'} not installed",
        hint="pip install 'counterpoint[simulation]'",
    )
