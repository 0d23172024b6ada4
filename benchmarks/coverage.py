"""How often 90% intervals of the index hold the true index, in studies whose truth is known because it is made up.

Run from the root of the repository, by hand; it takes about twenty minutes at 400 studies of each kind::

    python -m benchmarks.coverage > benchmarks/coverage.md

It prints one Markdown table for each set of uncertain inputs. `tests/recovery/test_coverage.py` holds a smaller run of
the same studies to what is found here.
"""

from __future__ import annotations

import argparse

from tests.recovery.synthetic import INPUTS, NUMBERS_OF_CODERS, WORLDS, Coverage, coverage, standard_error

HEADER = """
Uncertain: {inputs}.

| kind of truth | studies | held | standard error | truth above | truth below | mean width |
|---|---|---|---|---|---|---|"""


def row(name: str, found: Coverage) -> str:
    """Give one line of the table.

    Parameters
    ----------
    name
        Kind of truth.
    found
        What was found in studies of that kind.

    Returns
    -------
    str
        A line of Markdown; shares in percent, the standard error over studies in percentage points, the width in
        points of an index from 0 to 100.
    """
    shares = [found.held.mean(), standard_error(found.held), found.above.mean(), found.below.mean()]
    cells = [f"{100 * share:.1f}" for share in (*shares, found.width.mean())]
    return f"| {name} | {len(found.held)} | {' | '.join(cells)} |"


def main() -> None:
    """Print the tables.

    Returns
    -------
    None
        They stand on the screen.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=400, help="studies of each kind, two or more")
    parser.add_argument("--draws", type=int, default=1000, help="draws of each study")
    parser.add_argument("--first-seed", type=int, default=0, help="seed of the first study; the others follow")
    parser.add_argument("--inputs", choices=list(INPUTS), help="one set of uncertain inputs; all where not given")
    given = parser.parse_args()
    for inputs in [given.inputs] if given.inputs else INPUTS:
        print(HEADER.format(inputs=inputs), flush=True)
        for name, world in {**WORLDS, **NUMBERS_OF_CODERS}.items():
            found = coverage(
                world, INPUTS[inputs], studies=given.studies, draws=given.draws, first_seed=given.first_seed
            )
            print(row(name, found), flush=True)


if __name__ == "__main__":
    main()
