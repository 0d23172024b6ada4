"""Breaks that others have published: the printed output of R strucchange 1.5-4.

`tests/Examples/strucchange-Ex.Rout.save` of its source holds every number below. strucchange names a break by the last
observation of the old segment, counted from 1, which is the place of the first of the new one, counted from 0.
"""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.turning_points.break_calibration import greatest_f
from alliance_metrics.history.turning_points.break_intervals import break_reach
from alliance_metrics.history.turning_points.breaks import date_breaks
from alliance_metrics.history.turning_points.segmentation import (
    best_partitions,
    information_criteria,
    regressors,
    segment_squares,
)
from tests.reference import published_series as series

FRACTION = series.ILLEGITIMATE / (series.ILLEGITIMATE + series.LEGITIMATE)
PARTITIONS = {
    "nile": [[28], [28, 83], [28, 68, 83], [28, 45, 68, 83], [15, 30, 45, 68, 83]],
    "real interest": [[79], [47, 79], [24, 47, 79], [24, 47, 64, 79], [16, 31, 47, 64, 79]],
    "marriages": [
        [114],
        [39, 114],
        [39, 114, 176],
        [39, 95, 115, 176],
        [39, 62, 95, 115, 176],
        [39, 62, 95, 115, 136, 176],
        [39, 62, 95, 115, 136, 156, 176],
        [21, 41, 62, 95, 115, 136, 156, 176],
    ],
    "fraction": [
        [127],
        [55, 122],
        [55, 124, 180],
        [55, 122, 157, 179],
        [54, 86, 122, 157, 179],
        [35, 55, 86, 122, 157, 179],
        [35, 55, 80, 101, 122, 157, 179],
        [35, 55, 79, 99, 119, 139, 159, 179],
    ],
}
FITS = {  # residual sums of squares, Bayesian criterion, each with half a unit of the last digit printed
    "nile": (
        ([2835157, 1597457, 1552924, 1538097, 1507888, 1659994], 0.5),
        ([1318, 1270, 1276, 1285, 1292, 1311], 0.5),
    ),
    "real interest": (
        ([1214.9, 645.0, 456.0, 445.2, 444.9, 449.6], 0.05),
        ([555.7, 499.8, 473.3, 480.1, 489.3, 499.7], 0.05),
    ),
    "marriages": (
        ([3832, 3059, 2863, 2723, 2671, 2634, 2626, 2626, 2645], 0.5),
        ([1169, 1134, 1132, 1132, 1139, 1147, 1157, 1167, 1179], 0.5),
    ),
    "fraction": (
        ([1.1088, 0.8756, 0.6854, 0.6587, 0.6279, 0.6019, 0.5917, 0.5934, 0.6084], 0.00005),
        ([-460.8402, -497.4625, -535.8459, -533.1857, -532.1789, -530.0501, -522.8510, -511.7017, -496.0924], 0.00005),
    ),
}
DATA = {
    "nile": (series.NILE, range(1871, 1971), 15),
    "real interest": (series.REAL_INTEREST, range(103), 15),
    "marriages": (series.MARRIAGES, range(1700, 1900), 20),
    "fraction": (FRACTION, range(1700, 1900), 20),
}


def dated(name, **options):
    """Date the breaks of a published series under its published minimum."""
    y, years, minimum = DATA[name]
    return date_breaks(y, years=years, minimum_segment=minimum, **options)


@pytest.mark.parametrize("name", DATA)
def test_every_partition_is_the_published_one(name):
    """All numbers of breaks up to the greatest, 26 partitions over the four series."""
    found = dated(name).partitions
    years = DATA[name][1]
    for number, places in enumerate(PARTITIONS[name], start=1):
        assert found.loc[found["breaks"] == number, "break_year"].tolist() == [years[place] for place in places]
    assert found["breaks"].max() == len(PARTITIONS[name])


@pytest.mark.parametrize("name", DATA)
def test_residuals_and_criterion_are_the_published_ones(name):
    """To the last digit printed."""
    criteria = dated(name).criteria
    for column, (published, half) in zip(("residual_sum_of_squares", "bic"), FITS[name], strict=True):
        assert np.abs(criteria[column] - published).max() <= half


@pytest.mark.parametrize(("name", "number"), [("nile", 1), ("real interest", 2), ("marriages", 2), ("fraction", 2)])
def test_the_criterion_chooses_the_published_number(name, number):
    """The smallest printed value; marriages are told apart from three breaks by the digits behind it."""
    assert dated(name).criteria.query("chosen")["breaks"].tolist() == [number]


def test_the_nile_changes_in_1898():
    """strucchange: 1898, 95% interval 1895 to 1902, the last years of the old segment; ours are one later."""
    row = dated("nile", level=0.95, heteroskedastic=True).breaks.iloc[0]
    assert [row["break_year"] - 1, row["lower"] - 1, row["upper"] - 1] == [1898, 1895, 1902]


def test_the_greatest_f_of_the_nile():
    """strucchange, tests/strucchange-tests.Rout.save: sup.F = 75.93 at observation 28."""
    statistic, place = greatest_f(series.NILE, regressors(100, trend=False), minimum=15)
    assert float(statistic) == pytest.approx(75.93, abs=0.005)
    assert int(place) == 28


def test_means_between_the_breaks_of_the_real_interest_rate():
    """Three breaks: 1.8236167, 0.8660848, -1.7961384, 5.6428896."""
    rows = dated("real interest", breaks=3).breaks
    assert [*rows["mean_before"], rows["mean_after"].iloc[-1]] == pytest.approx(
        [1.8236167, 0.8660848, -1.7961384, 5.6428896], abs=5e-8
    )


def test_means_between_the_breaks_of_the_fraction():
    """Six breaks, from `coef(bp, breaks = 6)`."""
    rows = dated("fraction", breaks=6).breaks
    expected = [0.16933985, 0.14078070, 0.09890276, 0.05955620, 0.17441529, 0.22425604, 0.15414723]
    assert [*rows["mean_before"], rows["mean_after"].iloc[-1]] == pytest.approx(expected, abs=5e-9)


ONES = np.ones(40)
INFLATION = np.column_stack([ONES, series.PRICES_BEFORE])
CURVE = np.column_stack([ONES, series.PRICES_BEFORE, series.UNEMPLOYMENT_CHANGE, series.UNEMPLOYMENT_BEFORE])


@pytest.mark.parametrize(
    ("y", "design", "minimum", "partitions", "squares", "bic"),
    [
        (
            series.PRICES,
            INFLATION,
            8,
            [[20], [20, 28], [9, 20, 28]],
            [0.03068, 0.02672, 0.01838, 0.01786],
            [-162.34174, -156.80265, -160.70385, -150.78479],
        ),
        (
            series.WAGES,
            CURVE,
            5,
            [[26], [20, 28], [9, 25, 30], [11, 16, 25, 30], [11, 16, 22, 27, 32]],
            [3.409e-2, 1.690e-2, 1.062e-2, 7.835e-3, 5.183e-3, 3.388e-3],
            [-150.8, -160.4, -160.5, -154.2, -152.3, -150.9],
        ),
    ],
    ids=["inflation", "curve"],
)
def test_partitions_of_regressions(y, design, minimum, partitions, squares, bic):
    """The United Kingdom's inflation and Phillips curve, with two and four coefficients a segment."""
    found = best_partitions(segment_squares(y, design, minimum=minimum), most=len(partitions))
    criteria = information_criteria(found.residual, n_years=40, n_regressors=design.shape[1])
    assert [places.tolist() for places in found.breaks] == partitions
    assert found.residual == pytest.approx(squares, abs=6e-6)
    assert criteria["bic"] == pytest.approx(bic, abs=0.05)


@pytest.mark.parametrize(
    ("y", "design", "heteroskedastic", "ends"),
    [(series.PRICES, INFLATION, True, [[18, 25], [26, 34]]), (series.WAGES, CURVE, False, [[19, 21], [27, 29]])],
    ids=["inflation", "curve"],
)
def test_intervals_of_regressions(y, design, heteroskedastic, ends):
    """Breaks at 20 and 28: a variance for each segment (inflation), one for all (curve, `het.err = FALSE`)."""
    places = np.array([20, 28])
    found = break_reach(y, places, design=design, level=0.95, heteroskedastic=heteroskedastic)
    assert np.column_stack([places - found.earlier, places + found.later]).tolist() == ends
