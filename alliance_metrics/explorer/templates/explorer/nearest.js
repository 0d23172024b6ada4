// Which year of another trajectory a year is nearest to, draw by draw, in units of coder noise.

const LEAST_NOISE = 0.02;
const TIE = 1e-9;

function drawsOf(model, row, unit) {
  return model.kept[row].subarray(unit * model.study.nDraws, (unit + 1) * model.study.nDraws);
}

// Typical deviation of each pillar over its draws, over the years of both trajectories.
function coderNoise(model, lines) {
  return model.study.pillars.map((place, pillar) => {
    let total = 0;
    let count = 0;
    for (const unit of lines.flatMap((line) => line.rows)) {
      const known = drawsOf(model, pillar + 1, unit).filter((score) => score === score);
      if (!known.length) continue;
      const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
      total += known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / known.length;
      count += 1;
    }
    return Math.max(count ? Math.sqrt(total / count) : 0, LEAST_NOISE);
  });
}

// Weighted mean square of gaps over the pillars with a score; NaN where they have less than half of the weight.
function meanSquare(gaps, weights) {
  let total = 0;
  let weight = 0;
  gaps.forEach((gap, pillar) => {
    if (gap === gap) {
      total += weights[pillar] * gap * gap;
      weight += weights[pillar];
    }
  });
  return weight >= 0.5 - TIE && weight > 0 ? total / weight : NaN;
}

// For each year of `line` the share of draws in which it is nearest to `unit`; the largest share first.
function nearestYears(model, unit, line) {
  const { study } = model;
  const own = study.units[study.rowFacts[unit].line];
  const noise = coderNoise(model, [own, line]);
  const weights = study.pillars.map((place) => model.shares[place]);
  const wins = new Float64Array(line.rows.length);
  const gap = (pillar, row, draw) =>
    (model.kept[pillar + 1][unit * study.nDraws + draw] - model.kept[pillar + 1][row * study.nDraws + draw]) / noise[pillar];
  for (let draw = 0; draw < study.nDraws; draw += 1) {
    const squares = line.rows.map((row) => meanSquare(noise.map((none, pillar) => gap(pillar, row, draw)), weights));
    const least = squares.reduce((found, square) => (square < found ? square : found), Infinity);
    const near = squares.map((square) => square <= least + TIE && Number.isFinite(square));
    const ties = near.filter(Boolean).length;
    near.forEach((is, place) => {
      if (is) wins[place] += 1 / ties;
    });
  }
  const counted = wins.reduce((sum, win) => sum + win, 0);
  const ranked = line.rows.map((row, place) => ({ row, year: line.years[place], share: wins[place] / counted, wins: wins[place] }));
  ranked.sort((one, other) => other.wins - one.wins || one.year - other.year);
  return { ranked: counted ? ranked : [], counted: Math.round(counted), noise, weights };
}

// The same over all draws of the published run, where the setting is the published one and the pair was compared there.
function publishedNearest(study, row, partner) {
  const { line: own } = study.rowFacts[row];
  const known = study.nearest.find((one) => one.line === own && one.partner === partner);
  const line = study.units[partner];
  const shares = known ? known.shares[study.units[own].rows.indexOf(row)] : [];
  if (!shares.length) return null;
  const ranked = line.rows.map((other, place) => ({ row: other, year: line.years[place], share: shares[place], wins: shares[place] * known.draws }));
  ranked.sort((one, other) => other.wins - one.wins || one.year - other.year);
  return { ranked, counted: known.draws };
}

// Whether two years lie farther apart than two codings of one year would, at the probability of the intervals.
function isBeyondNoise(model, unit, other, { noise, weights }) {
  const { study } = model;
  const gaps = noise.map((size, pillar) => {
    const [here, there] = [drawsOf(model, pillar + 1, unit), drawsOf(model, pillar + 1, other)];
    return here.map((score, draw) => (score - there[draw]) / size);
  });
  const middle = gaps.map((own) => {
    const known = own.filter((gap) => gap === gap);
    return known.reduce((sum, gap) => sum + gap, 0) / known.length;
  });
  const alone = new Float64Array(study.nDraws);
  for (let draw = 0; draw < study.nDraws; draw += 1) {
    alone[draw] = meanSquare(gaps.map((own, pillar) => own[draw] - middle[pillar]), weights);
  }
  return meanSquare(middle, weights) > quantile(alone.sort(), study.level);
}

// The trajectory that a year is compared with unless the reader chooses another: another era of the same pair.
function usualPartner(study, number) {
  const own = study.units[number];
  const others = study.units.map((line, place) => place).filter((place) => place !== number);
  const kin = others.filter((place) => study.units[place].lineage === own.lineage);
  const earlier = kin.filter((place) => study.units[place].years[0] < own.years[0]);
  return earlier.at(-1) ?? kin[0] ?? others[0] ?? -1;
}
