// The change from one year to another as a sum of parts, tier by tier down the tree.
// Each child turns from its earlier to its later score; one more step, coverage, exchanges the children that are there
// in the first year for those in the second. A part is what the index gains at that step, averaged over all orders in
// which the steps below one component follow one another (the Shapley value with the tree as levels of coalitions).

const MOST_STEPS = 1 << 18;

function changeParts(model, before, after) {
  const { study, scores } = model;
  const parts = new Float64Array(study.components.length);
  const coverage = new Float64Array(study.components.length);
  const [start, end] = [before, after].map((unit) => settledScores(model, unit));
  const change = end[study.root] - start[study.root];
  if (Number.isNaN(scores[study.root][before] + scores[study.root][after])) return null;
  if (ordersOf(model) > MOST_STEPS) return null;
  parts[study.root] = change;
  share(study.root, (score) => score);
  return { parts, coverage, change };

  function share(node, answer) {
    const children = study.components[node].children.filter((child) => model.inside[child]);
    const both = children.filter((child) => !Number.isNaN(start[child] + end[child]));
    const same = children.every((child) => Number.isNaN(start[child]) === Number.isNaN(end[child]));
    const steps = same ? both : [...both, -1];
    const worth = (taken, only, score) => {
      const values = children.map((child) => {
        if (child === only) return score;
        const isThere = !Number.isNaN((taken.has(-1) ? end : start)[child]);
        if (!isThere) return NaN;
        if (both.includes(child)) return (taken.has(child) ? end : start)[child];
        return Number.isNaN(start[child]) ? end[child] : start[child];
      });
      return answer(reduced(model, node, children, values));
    };
    for (const step of steps) {
      const others = steps.filter((one) => one !== step);
      const orders = subsets(others).map((some) => [new Set(some), orderWeight(some.length, steps.length)]);
      const reply = (score) =>
        orders.reduce((sum, [taken, weight]) => sum + weight * worth(taken, step, score), 0);
      if (step === -1) {
        const exchanged = orders.map(([taken, weight]) => weight * (worth(new Set([...taken, -1])) - worth(taken)));
        coverage[node] = exchanged.reduce((sum, one) => sum + one, 0);
        continue;
      }
      parts[step] = reply(end[step]) - reply(start[step]);
      if (study.components[step].children.length && parts[step] === parts[step]) share(step, reply);
    }
  }
}

// Scores of one unit with nodes worked out from what is there below them, where they have a score.
function settledScores(model, unit) {
  const { study, scores } = model;
  const found = Float64Array.from(scores, (own) => own[unit]);
  for (const node of study.nodes) {
    if (Number.isNaN(found[node])) continue;
    const children = study.components[node].children.filter((child) => model.inside[child]);
    found[node] = reduced(model, node, children, children.map((child) => found[child]));
  }
  return found;
}

function reduced(model, node, children, values) {
  const out = new Float64Array(1);
  const rule = model.rules[node];
  const own = rule.method === "bedrock" ? { ...rule, gateAt: children.indexOf(gateOf(model.study, model.setting)) } : rule;
  REDUCERS[rule.method](
    values.map((value) => [value]),
    children.map((child) => [model.shares[child]]),
    out,
    own,
  );
  return out[0];
}

function subsets(items) {
  return items.reduce((found, item) => [...found, ...found.map((some) => [...some, item])], [[]]);
}

function orderWeight(size, count) {
  let ways = 1; // size! (count - size - 1)! / count!
  for (let one = 1; one <= size; one += 1) ways *= one / (count - size - 1 + one);
  return ways / count;
}

// Number of evaluations needed, so that a very wide codebook does not freeze the page.
function ordersOf(model) {
  const { study } = model;
  const states = (node) => 2 ** study.components[node].children.filter((child) => model.inside[child]).length;
  const down = (node, above) => {
    const below = study.components[node].children.filter((child) => study.components[child].children.length);
    return above * states(node) + below.reduce((sum, child) => sum + down(child, above * states(node)), 0);
  };
  return down(study.root, 1);
}
