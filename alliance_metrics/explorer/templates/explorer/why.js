// Why a year has its score: parts of the change since the year before, down to codings and the evidence they cite.

function buildYearChoice(study, choose) {
  const groups = study.units.map((line) =>
    made("optgroup", { label: line.name }, ...line.rows.map((row, place) => option(row, `${line.unit} ${line.years[place]}`))),
  );
  const select = made("select", { id: "year" }, ...groups);
  select.addEventListener("input", () => choose(Number(select.value), false));
  const step = (text, by) => {
    const button = made("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      const { line, position } = study.rowFacts[Number(select.value)];
      const row = study.units[line].rows[position + by];
      if (row !== undefined) choose(row, false);
    });
    return button;
  };
  byId("year-choice").replaceChildren(field("year", "Year", select), step("Year before", -1), step("Year after", 1));
}

function showWhy(model, setting) {
  const { study } = model;
  const row = setting.year;
  const { line, position } = study.rowFacts[row];
  const before = study.units[line].rows[position - 1];
  byId("year").value = row;
  byId("why-title").textContent = `Why: ${nameOfRow(study, row)}`;
  if (before === undefined) {
    byId("why-summary").textContent = `${nameOfRow(study, row)} is the first year of its line: there is no change to explain. Below is how it was coded.`;
    byId("parts").replaceChildren();
    byId("moved").replaceChildren(...codedBlocks(model, null, row, countedLeaves(model), () => null));
    return;
  }
  const found = changeParts(model, before, row);
  byId("why-summary").textContent = changeText(model, before, row, found);
  byId("parts").replaceChildren(partsTable(model, before, row, found));
  const part = (place) => (found ? 100 * found.parts[place] : null);
  const moved = (place) => hasMoved(model, before, row, place) || Math.abs(part(place) ?? 0) >= 0.005;
  const leaves = countedLeaves(model);
  const size = (place) => Math.abs(part(place) ?? leafChange(model, before, row, place) * 100) || 0;
  const ones = leaves.filter(moved).sort((one, other) => size(other) - size(one));
  const still = leaves.filter((place) => !moved(place));
  byId("moved").replaceChildren(
    ones.length ? made("h3", {}, "Indicators that changed") : made("p", {}, "No indicator changed."),
    ...codedBlocks(model, before, row, ones, part),
    later(`Indicators that did not change (${still.length})`, "group", () => codedBlocks(model, before, row, still, () => null)),
    ...uncountedBlock(model, before, row),
  );
}

function countedLeaves(model) {
  return [...Array(model.study.nLeaves).keys()].filter((place) => model.inside[place]);
}

function uncountedBlock(model, before, row) {
  const { study } = model;
  const rest = [...Array(study.nLeaves).keys()].filter((place) => !model.inside[place]);
  if (!rest.length) return [];
  return [later(`Coded but not counted at this setting (${rest.length})`, "group", () => codedBlocks(model, before, row, rest, () => null))];
}

function leafChange(model, before, row, place) {
  return model.scores[place][row] - model.scores[place][before];
}

function hasMoved(model, before, row, place) {
  const levels = setOf(model.study, "levels", model.setting.coders).subarray(place * model.study.nUnits);
  return levels[before] !== levels[row] && !(Number.isNaN(levels[before]) && Number.isNaN(levels[row]));
}

function changeText(model, before, row, found) {
  const { study } = model;
  const index = plain(study.published[0]);
  const { estimate } = model.shown[0];
  const change = estimate[row] - estimate[before];
  if (!Number.isFinite(change)) return `There is no ${index} in one of the two years: only components scored in both years can be compared.`;
  let [rose, fell] = [0, 0];
  for (let draw = 0; draw < study.nDraws; draw += 1) {
    const step = model.kept[0][row * study.nDraws + draw] - model.kept[0][before * study.nDraws + draw];
    if (step > 1e-6) rose += 1;
    if (step < -1e-6) fell += 1;
  }
  const way = change >= 0 ? `higher in ${rose}` : `lower in ${fell}`;
  const how = found
    ? "The parts below sum to the change; a part is what the index gains when that component alone changes, averaged over the orders in which components can change."
    : "This setting has too many orders to average over, so the table has scores but no parts.";
  return `${index[0].toUpperCase()}${index.slice(1)} went from ${formatted(estimate[before])} in ${study.rowFacts[before].year} to ${formatted(estimate[row])}: ${signed(change)} (${way} of ${study.nDraws} draws). ${how}`;
}

function partsTable(model, before, row, found) {
  const { study } = model;
  const score = (place, unit) => formatted(100 * model.scores[place][unit]);
  const cells = (name, place, part, kind) =>
    made("tr", { class: kind }, made("th", { scope: "row" }, name),
      made("td", { class: "number" }, score(place, before)),
      made("td", { class: "number" }, score(place, row)),
      made("td", { class: "number part" }, part));
  const part = (place) => (found ? signed(100 * found.parts[place], 2) : "not computed");
  const inside = (node) => study.components[node].children.filter((place) => model.inside[place]);
  const exchanged = (node, kind) => {
    const size = found ? 100 * found.coverage[node] : 0;
    if (Math.abs(size) < 0.005) return [];
    const name = `change in what is coded in ${plain(study.components[node].id)}`;
    return [made("tr", { class: kind }, made("th", { scope: "row" }, name), made("td"), made("td"), made("td", { class: "number part" }, signed(size, 2)))];
  };
  const rows = inside(study.root).flatMap((pillar) => [
    cells(plain(study.components[pillar].id), pillar, part(pillar), "pillar"),
    ...inside(pillar).map((dimension) => cells(plain(study.components[dimension].id), dimension, part(dimension), "dimension")),
    ...exchanged(pillar, "dimension"),
  ]);
  rows.push(...exchanged(study.root, "pillar"));
  rows.push(cells(plain(study.components[study.root].id), study.root, part(study.root), "whole"));
  const years = [before, row].map((unit) => made("th", { scope: "col", class: "number" }, String(study.rowFacts[unit].year)));
  return made("table", { class: "parts" },
    made("caption", {}, "Scores of pillars and dimensions, and how much of the change each accounts for"),
    made("thead", {}, made("tr", {}, made("th", { scope: "col" }, "Component"), ...years, made("th", { scope: "col", class: "number" }, "Part"))),
    made("tbody", {}, ...rows));
}

// A fold-out whose content is made when it is first opened.
function later(title, kind, make) {
  const block = made("details", { class: kind }, made("summary", {}, title));
  block.addEventListener("toggle", () => {
    if (block.open && block.childElementCount === 1) block.append(...make());
  });
  return block;
}

function codedBlocks(model, before, row, places, part) {
  return places.map((place) => {
    const facts = model.study.indicators[model.study.components[place].id];
    const change = part(place);
    const prefix = change === null ? "" : `${signed(change, 2)} \u00b7 `;
    const title = `${prefix}${facts.name}: ${levelsText(model, before, row, place)}`;
    return later(title, "indicator", () => codedContent(model, before, row, place));
  });
}

function levelAt(model, unit, place) {
  return setOf(model.study, "levels", model.setting.coders)[place * model.study.nUnits + unit];
}

function levelsText(model, before, row, place) {
  const now = levelAt(model, row, place);
  const name = (level) => (Number.isNaN(level) ? "not coded" : formatted(level));
  if (before === null) return `level ${name(now)}`;
  const then = levelAt(model, before, place);
  return then === now || (Number.isNaN(then) && Number.isNaN(now)) ? `level ${name(now)}, as before` : `level ${name(then)} \u2192 ${name(now)}`;
}

function codedContent(model, before, row, place) {
  const { study } = model;
  const facts = study.indicators[study.components[place].id];
  const units = before === null ? [row] : [before, row];
  return [
    facts.question ? made("p", { class: "question" }, facts.question) : null,
    made("ul", { class: "levels" }, ...units.map((unit) => descriptor(model, unit, place, facts))),
    ...units.flatMap((unit) => codersOf(model, unit, place)),
    evidenceList(study, units, place),
  ].filter(Boolean);
}

function descriptor(model, unit, place, facts) {
  const level = levelAt(model, unit, place);
  const nearest = Math.floor(level + 0.5);
  const text = Number.isNaN(level) ? "not coded" : (facts.levels[String(nearest)] ?? "");
  return made("li", {}, made("b", {}, `${model.study.rowFacts[unit].year}: `), Number.isNaN(level) ? text : `level ${formatted(level, 2)}, nearest to ${nearest}, \u201c${text}\u201d`);
}

function codersOf(model, unit, place) {
  const { study } = model;
  const believed = study.coder_sets[model.setting.coders];
  const own = study.codingsOf.get(unit * study.nLeaves + place) ?? [];
  const { coder, score, low, high, note } = study.codings.rows;
  const year = study.rowFacts[unit].year;
  if (!own.length) return [made("p", {}, `${year}: no coder gave a score.`)];
  const items = own.map((at) =>
    made("li", {}, made("b", {}, study.coders[coder[at]].coder), ` gave ${score[at]} (${low[at]} to ${high[at]} defensible${believed.includes(coder[at]) ? "" : ", not counted at this setting"})`,
      study.codings.notes[note[at]] ? made("span", { class: "note" }, `: ${study.codings.notes[note[at]]}`) : null));
  return [made("p", { class: "what" }, `Codings for ${year}`), made("ul", { class: "coders" }, ...items)];
}

function evidenceList(study, units, place) {
  const cited = new Set();
  for (const unit of units) {
    for (const at of study.codingsOf.get(unit * study.nLeaves + place) ?? []) study.codings.rows.cited[at].forEach((one) => cited.add(one));
  }
  if (!cited.size) return made("p", {}, "No evidence is cited: these codings rest on their notes alone.");
  const years = units.map((unit) => study.rowFacts[unit].year);
  return made("div", {}, made("p", { class: "what" }, "Evidence cited"),
    made("ul", { class: "evidence" }, ...[...cited].flatMap((one) => evidenceItems(study, study.codings.evidence[one], years))));
}

const STATUS = { verified: "read at the source or a copy", copy: "read in a copy that cannot be cited", literature: "recalled from the literature, not looked up" };

function evidenceItems(study, entry, years) {
  if (entry.figures) {
    const figures = entry.figures.filter((one) => years.includes(one.year));
    if (!figures.length) return [made("li", {}, `${entry.id}: no figure for ${years.join(" or ")}.`)];
    return figures.map((one) =>
      made("li", {}, made("b", {}, `${one.year} ${entry.id.replace("series:", "").replaceAll("_", " ")}: `), `${one.value} ${one.unit}. `, one.note ? `${one.note} ` : "", origin(study, { ...one, source: one.source_id })));
  }
  if (!entry.title) return [made("li", {}, entry.id)];
  return [made("li", {}, made("b", {}, `${entry.when} ${entry.title}. `), entry.text ? `${entry.text} ` : "", origin(study, entry))];
}

function origin(study, { status, source, locator, url }) {
  const own = study.sources[source] ?? {};
  const name = [own.author, own.year, own.title].filter(Boolean).join(", ") || source;
  const parts = made("span", { class: "origin" }, made("span", { class: `status ${status === "verified" ? "verified" : "recalled"}` }, `${status}: ${STATUS[status] ?? ""}`), " \u2014 ", linked(name, own.url));
  if (locator) parts.append(`, ${locator}`);
  if (safeAddress(url)) parts.append(" (", linked("copy consulted", url), ")");
  return parts;
}
