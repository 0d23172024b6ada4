"""Types of the arrays that numeric modules take and give."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
FloatArray = np.ndarray[Any, np.dtype[Any]]  # of double precision, or single to save memory
IntArray = np.ndarray[Any, np.dtype[np.integer[Any]]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
