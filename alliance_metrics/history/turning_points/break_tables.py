"""When each component of each trajectory breaks, and whether it does: the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array
from alliance_metrics.history.turning_points import segmentation
from alliance_metrics.history.turning_points.break_calibration import BreakCalibration, calibrate_break_test, fitted
from alliance_metrics.history.turning_points.break_significance import break_power, break_test
from alliance_metrics.history.turning_points.breaks import date_breaks, distribution_of
from alliance_metrics.history.turning_points.persistence import holm_adjusted
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.words import TEST_LEVEL
from alliance_metrics.study.complete_series import CompleteSeries, Row, complete_series, record_gaps, try_step
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory

#: Simulated series of each kind: with 999 the p-value would move by a fifth from one seed to another.
_REPLICATES = 2999
_SIZES = (0.0, 1.0, 2.0, 3.0, 4.0)


@dataclass(frozen=True)
class BreakReader:
    """Reads the breaks of one component after another, with one calibration of the test for each length of record.

    Parameters
    ----------
    drawn
        The study.
    calibrations
        Those made, by number of years.
    """

    drawn: DrawnStudy
    calibrations: dict[int, BreakCalibration] = field(default_factory=dict)

    def tables(self, component: str, trajectory: Trajectory, *, skipped: Skipped) -> dict[str, list[Row]]:
        """Read the breaks of one component.

        Parameters
        ----------
        component
            Its id.
        trajectory
            The years.
        skipped
            Lists what could not be done.

        Returns
        -------
        dict of str to list
            Rows by table, without unit and era.
        """
        step = f"breaks of {component}"
        series = complete_series(self.drawn, (component,), trajectory)
        record_gaps(step, series, trajectory, skipped=skipped)
        if not series.n_years:
            return {}
        step = f"{trajectory.name}: {step}"
        dated = try_step(step, lambda: self._dated(series), skipped=skipped) or {}
        tested = try_step(f"{step}, test", lambda: self._tested(series, trajectory), skipped=skipped) or {}
        return {name: [{"component": component, **row} for row in rows] for name, rows in {**dated, **tested}.items()}

    def _dated(self, series: CompleteSeries) -> dict[str, list[Row]]:
        """Date one break, and as many as the criterion chooses."""
        settings = self.drawn.study.config.analysis.breaks
        n_regressors = segmentation.regressors(series.n_years, trend=settings.trend).shape[1]
        minimum = segmentation.segment_length(
            settings.minimum_segment, n_years=series.n_years, n_regressors=n_regressors
        )
        most = min(settings.maximum_breaks, series.n_years // minimum - 1)
        given: dict[str, Any] = {"trend": settings.trend, "minimum_segment": settings.minimum_segment}
        asked: dict[str, Any] = {
            **given,
            "years": series.years,
            "maximum_breaks": most,
            "criterion": settings.criterion,
            "level": self.drawn.level,
            "autocorrelated": True,
        }
        found = date_breaks(SCALE * series.nominal[0], **asked)
        single = date_breaks(SCALE * series.nominal[0], **asked, breaks=1).breaks
        parts = segmentation.partition_draws(series.draws[:, 0], years=series.years, most=most, **given)
        chosen = len(found.breaks)
        rows = self._break_rows(single, series, parts, chosen=chosen == 1)
        if chosen > 1:
            rows += self._break_rows(found.breaks, series, parts, chosen=True)
        shares = parts.number_shares(settings.criterion)
        numbers = found.criteria.rename(columns={"breaks": "number"}).assign(share=shares)
        years = distribution_of(parts.break_years[0], years=series.years).years
        wanted = ["number", "bic", "lwz", "chosen", "share"]
        return {"breaks": rows, "break_numbers": rows_of(numbers[wanted]), "break_years": rows_of(years)}

    def _break_rows(
        self, found: pd.DataFrame, series: CompleteSeries, parts: segmentation.DrawnPartitions, *, chosen: bool
    ) -> list[Row]:
        """Set each break beside those of the draws with as many."""
        dates = parts.break_years[len(found) - 1]
        drawn = distribution_of(dates, years=series.years, level=self.drawn.level).breaks
        total = len(dates) + series.lost
        rows = []
        for place, (row, own) in enumerate(zip(rows_of(found), rows_of(drawn), strict=True)):
            known = dates[~np.isnan(dates[:, place]), place]
            rows.append(
                {
                    "number": len(found),
                    "place": place + 1,
                    "chosen": chosen,
                    "estimate": row["break_year"],
                    **{name: row[name] for name in row if name != "break_year"},
                    **{f"drawn_{name}": own[name] for name in ("lower", "median", "upper")},
                    "share": float((known == row["break_year"]).mean()) if len(known) else np.nan,
                    "drawn": len(known) / total,
                    "n_years": series.n_years,
                }
            )
        return rows

    def _tested(self, series: CompleteSeries, trajectory: Trajectory) -> dict[str, list[Row]]:
        """Test one break against a series that merely persists."""
        component, n_years = series.components[0], series.n_years
        calibration = self._calibration(n_years)
        names = (trajectory.unit, trajectory.era, component)
        found = break_test(
            SCALE * series.nominal[0],
            years=series.years,
            rng=self.drawn.stream("turning_points", "break_test", *names),
            calibration=calibration,
            replicates=_REPLICATES,
        )
        place = int(found.break_year - series.years[0])
        rejecting = float(calibration.rejects(series.draws[:, 0]).mean()) if len(series.draws) else np.nan
        row = {
            "estimate": found.break_year,
            "shift": found.shift,
            "size": found.size,
            "statistic": found.statistic,
            "p_value": found.p_value,
            "p_adjusted": np.nan,
            "power": found.power,
            "test_level": found.level,
            "rejecting": rejecting,
            "autoregression": found.autoregression,
            "autoregression_within": found.autoregression_within,
            "left_by_break": _left_by_break(series.nominal[0], calibration.design, place),
            "left_by_line": _left(series.nominal[0], segmentation.regressors(n_years, trend=True)),
            "n_years": n_years,
            "n_simulated": found.replicates,
        }
        powers = break_power(
            _SIZES,
            calibration=calibration,
            autoregression=found.autoregression_within,
            rng=self.drawn.stream("turning_points", "break_power", *names),
            place=place,
        )
        sizes = [
            {"size": size, "power": power, "test_level": found.level, "n_years": n_years}
            for size, power in zip(_SIZES, powers.tolist(), strict=True)
        ]
        return {"break_tests": [row], "break_power": sizes}

    def _calibration(self, n_years: int) -> BreakCalibration:
        """Learn once for each length of record what is usual without a break."""
        if n_years not in self.calibrations:
            settings = self.drawn.study.config.analysis.breaks
            self.calibrations[n_years] = calibrate_break_test(
                n_years,
                rng=self.drawn.stream("turning_points", "break_calibration", n_years),
                trend=settings.trend,
                minimum_segment=settings.minimum_segment,
                level=TEST_LEVEL,
                replicates=_REPLICATES,
            )
        return self.calibrations[n_years]


def adjust_for_all(rows: list[Row]) -> None:
    """Adjust the p-values of a table for the number of its tests.

    Parameters
    ----------
    rows
        Rows with ``p_value``; ``p_adjusted`` is filled in.
    """
    adjusted = holm_adjusted(np.array([row["p_value"] for row in rows], dtype=float))
    for row, value in zip(rows, adjusted.tolist(), strict=True):
        row["p_adjusted"] = value


def _left(series: Array, design: Array) -> float:
    """Give the share of the variation that regressors leave."""
    whole = float(((series - series.mean()) ** 2).sum())
    return float(((series - fitted(series, design)) ** 2).sum()) / whole if whole > 0.0 else np.nan


def _left_by_break(series: Array, design: Array, place: int) -> float:
    """Give the share of the variation that regressors leave on both sides of a break."""
    late = np.arange(len(series)) >= place
    return _left(series, np.hstack([np.where(late[:, np.newaxis], 0.0, design), design * late[:, np.newaxis]]))
