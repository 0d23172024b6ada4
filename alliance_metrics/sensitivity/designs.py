"""Which runs share out the variance of a function: subsets of its inputs, and orders to exchange them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from alliance_metrics.uncertainty.randomness import stream

#: With more inputs, evaluating every subset of them takes too long.
MOST_FACTORIAL = 7

_CHUNKS = 16


@dataclass(frozen=True)
class Block:
    """Base pairs evaluated together, and the masks needed of them.

    Parameters
    ----------
    replicate
        Place of the replicate. [0 to replicates - 1]
    start, stop
        First base pair, and the one after the last.
    masks
        Which inputs are taken from the second point of the pair: bit i stands for input i.
    """

    replicate: int
    start: int
    stop: int
    masks: tuple[int, ...]


@dataclass(frozen=True)
class EffectDesign:
    """Which runs an estimate of effects needs.

    A base pair is two independent points A and B. Of each pair the function is run at several points that take some
    inputs from B (a mask says which) and the others from A. See `plan_effects`, which chooses the kind.

    Parameters
    ----------
    kind
        ``factorial``: every mask. ``paths``: none, all, each input alone, each input left out, and the way from A to B
        along a random order of the inputs. ``conditional``: every mask, but the inputs of the mask are drawn again
        given the others, for correlated inputs.
    inputs
        Number of inputs, one or more.
    bases
        Base pairs in each replicate: a power of two, 4 or more.
    replicates
        Independent repetitions, two or more; their spread gives the errors.
    seed
        Seed of points and orders, zero or more.
    """

    kind: Literal["factorial", "paths", "conditional"]
    inputs: int
    bases: int
    replicates: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse numbers under which the estimates are not defined."""
        if self.inputs < 1:
            raise ValueError(f"effects need one or more inputs, not {self.inputs}")
        if self.bases < 4 or self.bases & (self.bases - 1):
            raise ValueError(f"bases must be a power of two, 4 or more, not {self.bases}")
        if self.replicates < 2:
            raise ValueError(f"errors need two or more replicates, not {self.replicates}")
        if self.kind != "paths" and self.inputs > MOST_FACTORIAL:
            raise ValueError(f"all subsets are tried of at most {MOST_FACTORIAL} inputs, not {self.inputs}")

    @property
    def chunk(self) -> int:
        """Number of base pairs that follow one order of the inputs; blocks do not reach across its multiples."""
        return max(1, self.bases // _CHUNKS) if self.kind == "paths" else self.bases

    def order(self, replicate: int, start: int) -> tuple[int, ...]:
        """Give the order in which a path exchanges the inputs: a random one, then the same reversed, and so on.

        Parameters
        ----------
        replicate
            Place of the replicate.
        start
            Place of a base pair.

        Returns
        -------
        tuple of int
            Places of the inputs, each once.
        """
        pair, reverse = divmod(start // self.chunk, 2)
        drawn = stream(self.seed, "sensitivity", "order", replicate, pair).permutation(self.inputs)
        return tuple(int(place) for place in (drawn[::-1] if reverse else drawn))

    def masks(self, replicate: int, start: int) -> tuple[int, ...]:
        """Give the masks to evaluate of a base pair.

        Parameters
        ----------
        replicate
            Place of the replicate.
        start
            Place of the base pair.

        Returns
        -------
        tuple of int
            Masks in rising order.
        """
        every = (1 << self.inputs) - 1
        if self.kind != "paths":
            return tuple(range(every + 1))
        alone = {1 << place for place in range(self.inputs)}
        wanted = {0, every} | alone | {every ^ mask for mask in alone}
        return tuple(sorted(wanted | set(path_masks(self.order(replicate, start)))))

    def blocks(self, replicate: int, *, most: int) -> Iterator[Block]:
        """Cut a replicate into blocks.

        Parameters
        ----------
        replicate
            Place of the replicate.
        most
            Most base pairs in a block, one or more.

        Yields
        ------
        Block
            Blocks in rising order that hold every base pair once.
        """
        for chunk in range(0, self.bases, self.chunk):
            masks, end = self.masks(replicate, chunk), chunk + self.chunk
            for start in range(chunk, end, most):
                yield Block(replicate, start, min(start + most, end), masks)


def plan_effects(
    inputs: int, *, bases: int = 1024, replicates: int = 16, seed: int = 0, correlated: bool = False
) -> EffectDesign:
    """Choose the runs: every subset of few inputs, paths through many.

    Parameters
    ----------
    inputs
        Number of inputs, one or more; at most 7 where they are correlated.
    bases
        Base pairs in each replicate: a power of two, 4 or more. A pair costs :math:`2^k` runs of up to 7 inputs,
        :math:`3k - 1` of more.
    replicates
        Independent repetitions, two or more. For the same runs, few long replicates give better estimates and many
        short ones give better errors.
    seed
        Seed of points and orders.
    correlated
        Whether inputs depend on one another.

    Returns
    -------
    EffectDesign
        What to run.
    """
    few: Literal["factorial", "paths"] = "factorial" if inputs <= MOST_FACTORIAL else "paths"
    return EffectDesign("conditional" if correlated else few, inputs, bases, replicates, seed)


def path_masks(order: Sequence[int]) -> tuple[int, ...]:
    """Give the masks along a path from none to all.

    Parameters
    ----------
    order
        Places of the inputs in order of their exchange.

    Returns
    -------
    tuple of int
        One mask more than inputs, each with one bit more than the last.

    Examples
    --------
    >>> path_masks([1, 0, 2])
    (0, 2, 3, 7)
    """
    masks = [0]
    for place in order:
        masks.append(masks[-1] | 1 << place)
    return tuple(masks)
