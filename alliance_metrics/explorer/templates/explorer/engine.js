// The index recalculated: the formulas of the engine that made the published scores; tests hold the two equal.
// Scores of children stand in `scores[child][at]`, weights in `weights[child][at]`; `at` runs over draws or over units.

function arithmetic(scores, weights, out) {
  for (let at = 0; at < out.length; at += 1) {
    let total = 0;
    let weight = 0;
    for (let child = 0; child < scores.length; child += 1) {
      const score = scores[child][at];
      if (score === score) {
        total += score * weights[child][at];
        weight += weights[child][at];
      }
    }
    out[at] = weight > 0 ? total / weight : NaN;
  }
}

// A power mean; exponent 0 is the geometric mean. A child without weight does not count, even at zero.
function power(scores, weights, out, rule) {
  const exponent = rule.exponent;
  if (exponent === 1) return arithmetic(scores, weights, out);
  const geometric = Math.abs(exponent) < 1e-8;
  for (let at = 0; at < out.length; at += 1) {
    const scale = extreme(scores, weights, at, exponent > 0 && !geometric ? 1 : -1);
    let total = 0;
    let weight = 0;
    for (let child = 0; child < scores.length; child += 1) {
      const score = scores[child][at];
      const share = weights[child][at];
      if (score === score && share > 0 && scale > 0) {
        total += share * (geometric ? Math.log(score) : (score / scale) ** exponent);
        weight += share;
      }
    }
    if (scale === 0 || scale !== scale) out[at] = scale;
    else out[at] = geometric ? Math.exp(total / weight) : scale * (total / weight) ** (1 / exponent);
  }
  return undefined;
}

function extreme(scores, weights, at, sign) {
  let found = NaN;
  for (let child = 0; child < scores.length; child += 1) {
    const score = scores[child][at];
    if (score === score && weights[child][at] > 0 && !(sign * score <= sign * found)) found = score;
  }
  return found;
}

function minimum(scores, weights, out) {
  for (let at = 0; at < out.length; at += 1) out[at] = extreme(scores, weights, at, -1);
}

// A low gate limits how much the others count.
function bedrock(scores, weights, out, rule) {
  for (let at = 0; at < out.length; at += 1) {
    const gate = scores[rule.gateAt][at];
    const passed = 1 - rule.strength + rule.strength * gate;
    let total = 0;
    let weight = 0;
    for (let child = 0; child < scores.length; child += 1) {
      const score = child === rule.gateAt ? gate : scores[child][at] * passed;
      if (score === score) {
        total += score * weights[child][at];
        weight += weights[child][at];
      }
    }
    out[at] = weight > 0 ? total / weight : NaN;
  }
}

const REDUCERS = {
  arithmetic,
  geometric: (scores, weights, out) => power(scores, weights, out, { exponent: 0 }),
  harmonic: (scores, weights, out) => power(scores, weights, out, { exponent: -1 }),
  minimum,
  power,
  bedrock,
};

// A setting bound to the study: shares among siblings, components kept, cells with enough coded for a score.
function bind(study, setting) {
  const count = study.components.length;
  const model = { study, setting, shares: new Float64Array(count), inside: new Uint8Array(count), rules: [], fault: "" };
  study.components.forEach((one, place) => {
    if (one.children.length) model.inside[place] = one.children.some((child) => model.inside[child]) ? 1 : 0;
    else model.inside[place] = one.role === "index" && isKept(one, setting.facets) ? 1 : 0;
  });
  for (const node of study.nodes) {
    const children = study.components[node].children.filter((child) => model.inside[child]);
    const total = children.reduce((sum, child) => sum + weightOf(study, setting, child), 0);
    if (children.length && !(total > 0)) model.fault ||= `Every weight under ${plain(study.components[node].id)} is zero.`;
    for (const child of children) model.shares[child] = weightOf(study, setting, child) / total;
    model.rules[node] = ruleOf(study, setting, node);
  }
  if (!model.inside[study.root]) model.fault = "No indicator is left.";
  const gate = gateOf(study, setting);
  if (gate >= 0 && !model.inside[gate] && !model.fault) {
    model.fault = `The bedrock, ${plain(study.components[gate].id)}, has no indicator left.`;
  }
  if (!model.fault) enter(model);
  return model;
}

function isKept(indicator, facets) {
  return Object.entries(facets).every(([column, value]) => !value || indicator.facets[column] === value);
}

function weightOf(study, setting, place) {
  return setting.weights.has(place) ? setting.weights.get(place) : study.components[place].weight;
}

function gateOf(study, setting) {
  return setting.across.method === "bedrock" ? study.placeOf.get(setting.across.gate) : -1;
}

function ruleOf(study, setting, node) {
  const component = study.components[node];
  if (component.tier === "dimension") return study.within_dimension;
  if (component.tier === "pillar") return study.within_pillar;
  const gateAt = component.children.indexOf(gateOf(study, setting));
  return { ...setting.across, gateAt };
}

// Share of weight that is coded, by component; what is not usable below does not count above.
function enter(model) {
  const { study, setting } = model;
  const there = setOf(study, "there", setting.coders);
  const coverage = study.components.map(() => new Float64Array(study.nUnits));
  model.usable = study.components.map(() => new Uint8Array(study.nUnits));
  for (let leaf = 0; leaf < study.nLeaves; leaf += 1) {
    for (let unit = 0; unit < study.nUnits; unit += 1) {
      model.usable[leaf][unit] = there[leaf * study.nUnits + unit];
      coverage[leaf][unit] = model.usable[leaf][unit];
    }
  }
  for (const node of study.nodes) {
    for (let unit = 0; unit < study.nUnits; unit += 1) {
      let covered = 0;
      let weight = 0;
      for (const child of study.components[node].children) {
        const share = model.shares[child] * model.usable[child][unit];
        covered += share * coverage[child][unit];
        weight += share;
      }
      coverage[node][unit] = covered;
      model.usable[node][unit] = covered >= study.availability_min - 1e-9 && weight > 0 ? 1 : 0;
    }
  }
  const gate = gateOf(study, setting);
  for (let unit = 0; gate >= 0 && unit < study.nUnits; unit += 1) {
    model.usable[study.root][unit] &= model.usable[gate][unit];
  }
}

// The part of an array that belongs to one set of coders.
function setOf(study, name, number) {
  const size = study.nLeaves * study.nUnits;
  return study.numbers[name].subarray(number * size, (number + 1) * size);
}

// Aggregate up the tree. `scores` holds the leaves; `weightAt(place)` gives weights along the axis; `isUsable(node, at)`.
function evaluate(model, scores, weightAt, isUsable) {
  for (const node of model.study.nodes) {
    const out = scores[node];
    if (!model.inside[node]) {
      out.fill(NaN);
      continue;
    }
    const rule = model.rules[node];
    const children = model.study.components[node].children;
    const below = children.map((child) => scores[child]);
    REDUCERS[rule.method](below, children.map(weightAt), out, rule);
    for (let at = 0; at < out.length; at += 1) if (!isUsable(node, at)) out[at] = NaN;
  }
}

// Scores as coded, every coder of the set believed alike. [0-1]
function nominal(model) {
  const { study } = model;
  const leaves = setOf(study, "leaves", model.setting.coders);
  const constant = Array.from(model.shares, (share) => new Float64Array(study.nUnits).fill(share));
  const scores = study.components.map((one, place) =>
    place < study.nLeaves
      ? Float64Array.from(leaves.subarray(place * study.nUnits, (place + 1) * study.nUnits))
      : new Float64Array(study.nUnits),
  );
  evaluate(model, scores, (place) => constant[place], (node, at) => model.usable[node][at]);
  return scores;
}

// Weights in each draw: the reader's shares times how far the published ones were drawn from theirs.
function drawnWeights(model) {
  const { study } = model;
  const found = Array.from(model.shares, (share) => new Float64Array(study.nDraws).fill(share));
  if (model.setting.certain) return found;
  const factors = study.numbers.factors;
  for (const node of study.nodes) {
    const children = study.components[node].children;
    for (let draw = 0; draw < study.nDraws; draw += 1) {
      let total = 0;
      for (const child of children) total += model.shares[child] * factors[child * study.nDraws + draw];
      for (const child of children) {
        if (total > 0) found[child][draw] = (model.shares[child] * factors[child * study.nDraws + draw]) / total;
      }
    }
  }
  return found;
}

// Rebuild the draws carried along, and keep the index and its pillars: kept[shown][unit * nDraws + draw]. [0-1]
function redraw(model) {
  const { study, setting } = model;
  const [now, all] = [setOf(study, "leaves", setting.coders), setOf(study, "leaves", 0)];
  const weights = drawnWeights(model);
  const decoded = Float64Array.from({ length: 256 }, (none, code) =>
    code === study.draws.missing ? NaN : study.draws.least + study.draws.step * code,
  );
  const scores = study.components.map(() => new Float64Array(study.nDraws));
  const kept = study.shown.map(() => new Float64Array(study.nUnits * study.nDraws));
  const [least, most] = study.bounded ? [0, 1] : [-Infinity, Infinity];
  for (let unit = 0; unit < study.nUnits; unit += 1) {
    for (const [leaf, row] of study.drawRow) {
      const cell = leaf * study.nUnits + unit;
      const moved = now[cell] - all[cell];
      const start = (row * study.nUnits + unit) * study.nDraws;
      const own = scores[leaf];
      for (let draw = 0; draw < study.nDraws; draw += 1) {
        own[draw] = Math.min(Math.max(decoded[study.numbers.draws[start + draw]] + moved, least), most);
      }
    }
    evaluate(model, scores, (place) => weights[place], (node) => model.usable[node][unit]);
    study.shown.forEach((place, row) => kept[row].set(scores[place], unit * study.nDraws));
  }
  return kept;
}

// A quantile, linear between order statistics; what is missing is sorted to the end.
function quantile(sorted, tail) {
  let valid = sorted.length;
  while (valid > 0 && Number.isNaN(sorted[valid - 1])) valid -= 1;
  if (!valid) return NaN;
  const position = tail * (valid - 1);
  const before = Math.floor(position);
  const after = Math.min(before + 1, valid - 1);
  return sorted[before] + (position - before) * (sorted[after] - sorted[before]);
}

function endsOf(study, kept) {
  const tails = [(1 - study.level) / 2, (1 + study.level) / 2];
  return kept.map((draws) => {
    const ends = [new Float64Array(study.nUnits), new Float64Array(study.nUnits)];
    for (let unit = 0; unit < study.nUnits; unit += 1) {
      const sorted = draws.slice(unit * study.nDraws, (unit + 1) * study.nDraws).sort();
      tails.forEach((tail, side) => {
        ends[side][unit] = 100 * quantile(sorted, tail);
      });
    }
    return ends;
  });
}

function publishedOf(study, which, row) {
  const start = (which * study.shown.length + row) * study.nUnits;
  return study.numbers.published.subarray(start, start + study.nUnits);
}

// Everything shown at a setting: estimates, and interval ends corrected towards those of the full number of draws.
function reading(study, setting) {
  const model = bind(study, setting);
  if (model.fault) return model;
  model.scores = nominal(model);
  model.kept = redraw(model);
  const ends = endsOf(study, model.kept);
  study.shipped ??= endsOf(study, redraw(bind(study, publishedSetting(study))));
  model.shown = study.shown.map((place, row) => {
    const [estimate, lower, upper] = [0, 1, 2].map((which) => publishedOf(study, which, row));
    const own = Float64Array.from(model.scores[place], (score) => 100 * score);
    const low = new Float64Array(study.nUnits);
    const high = new Float64Array(study.nUnits);
    for (let unit = 0; unit < study.nUnits; unit += 1) {
      low[unit] = ends[row][0][unit] + (lower[unit] - study.shipped[row][0][unit] || 0);
      high[unit] = ends[row][1][unit] + (upper[unit] - study.shipped[row][1][unit] || 0);
      if (study.bounded) {
        low[unit] = Math.min(Math.max(low[unit], 0), 100);
        high[unit] = Math.min(Math.max(high[unit], 0), 100);
      }
      low[unit] = Math.min(low[unit], own[unit] + Math.max(lower[unit] - estimate[unit] || 0, 0));
      high[unit] = Math.max(high[unit], own[unit] - Math.max(estimate[unit] - upper[unit] || 0, 0));
    }
    return { estimate: own, lower: low, upper: high };
  });
  return model;
}
