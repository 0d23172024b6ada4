"""Files of claims, found by name as configurations are."""

from __future__ import annotations

from pathlib import Path

from alliance_metrics.config_claims import ClaimsFile, parse_claims
from alliance_metrics.config_reader import find_config
from alliance_metrics.errors import ConfigError
from alliance_metrics.readers import parse_toml, read_bytes

DEFAULT = "claims"


def read_claims(name: str | Path = DEFAULT) -> ClaimsFile:
    """Read a file of claims.

    Parameters
    ----------
    name
        A path ending in ``.toml``, or a name: looked for in ``configs/`` here, then among the published ones.

    Returns
    -------
    ClaimsFile
        The claims, complete.

    Raises
    ------
    ConfigError
        Listing every fault: no such file, not TOML, and all that `parse_claims` refuses.
    """
    path = find_config(name)
    content = read_bytes(path, name=str(path), error=ConfigError)
    return parse_claims(parse_toml(content, name=str(path)), name=str(path))
