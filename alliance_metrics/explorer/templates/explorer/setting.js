// The setting of the reader, and its form in the address of the page.

function publishedAcross(study) {
  const rule = study.across_pillars;
  return { gate: study.gate, strength: 0.5, ...rule };
}

function publishedSetting(study) {
  return {
    coders: 0,
    across: publishedAcross(study),
    weights: new Map(),
    facets: {},
    certain: false,
    lines: new Set(study.units.keys()),
    show: 0,
    year: lastRow(study.units.at(usualLine(study))),
    against: null,
  };
}

// The line that a page opens on: the latest era of the first pair that has more than one, else the first line.
function usualLine(study) {
  const eras = study.units.map((line) => study.units.filter((other) => other.lineage === line.lineage).length);
  const first = study.units.find((line, place) => eras[place] > 1) ?? study.units[0];
  const kin = study.units.filter((line) => line.lineage === first.lineage);
  return study.units.indexOf(kin.reduce((late, line) => (line.years[0] > late.years[0] ? line : late)));
}

function lastRow(line) {
  return line.rows.at(-1);
}

function isPublished(study, setting) {
  const across = publishedAcross(study);
  const used = (rule) => [rule.method, rule.method === "bedrock" && `${rule.gate} ${rule.strength}`].join();
  return (
    setting.coders === 0 &&
    used(setting.across) === used(across) &&
    setting.weights.size === 0 &&
    Object.values(setting.facets).every((value) => !value) &&
    !setting.certain
  );
}

function coderNames(study, number) {
  return study.coder_sets[number].map((place) => study.coders[place].coder);
}

function rowName(study, row) {
  const { line, year } = study.rowFacts[row];
  return `${study.units[line].unit}/${study.units[line].era}/${year}`;
}

function lineName(line) {
  return `${line.unit}/${line.era}`;
}

function partnerOf(study, setting) {
  return setting.against ?? usualPartner(study, study.rowFacts[setting.year].line);
}

function toFragment(study, setting) {
  const pairs = [];
  const usual = publishedSetting(study);
  if (setting.coders) pairs.push(["coders", coderNames(study, setting.coders).join(" ")]);
  if (!isPublished(study, { ...usual, across: setting.across })) {
    pairs.push(["across", setting.across.method]);
    if (setting.across.method === "bedrock") {
      pairs.push(["gate", setting.across.gate], ["strength", String(setting.across.strength)]);
    }
  }
  for (const [place, weight] of setting.weights) pairs.push([`weight.${study.components[place].id}`, String(weight)]);
  for (const [column, value] of Object.entries(setting.facets)) if (value) pairs.push([`only.${column}`, value]);
  if (setting.certain) pairs.push(["weights", "certain"]);
  if (setting.lines.size !== study.units.length) {
    for (const number of setting.lines) pairs.push(["line", lineName(study.units[number])]);
    if (!setting.lines.size) pairs.push(["line", "none"]);
  }
  if (setting.show) pairs.push(["show", study.published[setting.show]]);
  if (setting.year !== usual.year) pairs.push(["year", rowName(study, setting.year)]);
  if (setting.against !== null) pairs.push(["against", lineName(study.units[setting.against])]);
  if (pairs.length) pairs.push(["data", study.data.digest]);
  return new URLSearchParams(pairs).toString();
}

// What the page does not know of an address is listed, and left as published.
function fromFragment(study, fragment) {
  const setting = publishedSetting(study);
  const unread = [];
  const pairs = new URLSearchParams(fragment);
  const lines = pairs.getAll("line");
  if (lines.length) {
    setting.lines = new Set([...study.units.keys()].filter((number) => lines.includes(lineName(study.units[number]))));
  }
  for (const [key, value] of pairs) if (!isRead(study, setting, key, value)) unread.push(`${key}=${value}`);
  const rule = Object.fromEntries(pairs);
  if (rule.across !== undefined && !readAcross(study, setting, rule)) unread.push(`across=${rule.across}`);
  const other = rule.data !== undefined && rule.data !== study.data.digest;
  return { setting, unread, other };
}

function isRead(study, setting, key, value) {
  if (key === "coders") {
    setting.coders = study.coder_sets.findIndex((one, number) => coderNames(study, number).join(" ") === value);
    if (setting.coders >= 0) return true;
    setting.coders = 0;
    return false;
  }
  if (key.startsWith("weight.")) {
    const place = study.placeOf.get(key.slice("weight.".length));
    const weight = asNumber(value, 0, 1e9);
    if (place === undefined || place === study.root || study.components[place].role !== "index") return false;
    if (weight !== null) setting.weights.set(place, weight);
    return weight !== null;
  }
  if (key.startsWith("only.")) {
    const column = key.slice("only.".length);
    if (!Object.hasOwn(study.facets, column) || !study.facets[column].includes(value)) return false;
    setting.facets[column] = value;
    return true;
  }
  if (key === "weights") setting.certain = value === "certain";
  if (key === "show") setting.show = Math.max(study.published.indexOf(value), 0);
  if (key === "year") {
    const row = study.rowFacts.findIndex((none, place) => rowName(study, place) === value);
    if (row < 0) return false;
    setting.year = row;
  }
  if (key === "against") {
    const number = study.units.findIndex((line) => lineName(line) === value);
    if (number < 0) return false;
    setting.against = number;
  }
  return ["weights", "show", "year", "against", "line", "across", "gate", "strength", "data"].includes(key);
}

function readAcross(study, setting, { across, gate, strength }) {
  if (!study.offered.includes(across)) return false;
  const found = { ...publishedAcross(study), method: across };
  if (across === "bedrock") {
    const isPillar = study.pillars.some((place) => study.components[place].id === gate);
    const share = asNumber(strength, 0, 1);
    if (!isPillar || share === null) return false;
    Object.assign(found, { gate, strength: share });
  }
  setting.across = found;
  return true;
}

function asNumber(text, least, most) {
  const number = text === undefined || text.trim() === "" ? NaN : Number(text);
  return number >= least && number <= most ? number : null;
}

// The setting in words, each choice that differs from the published one.
function inWords(study, setting) {
  const words = [];
  for (const [place, weight] of setting.weights) words.push(`weight of ${plain(study.components[place].id)} ${formatted(weight, 2)}`);
  const usual = publishedSetting(study);
  if (!isPublished(study, { ...usual, across: setting.across })) {
    const { method, gate, strength } = setting.across;
    words.push(method === "bedrock" ? `bedrock ${plain(gate)}, strength ${formatted(strength, 2)}` : `${method} across pillars`);
  }
  if (setting.coders) words.push(`coded by ${coderNames(study, setting.coders).join(" and ")}`);
  for (const [column, value] of Object.entries(setting.facets)) if (value) words.push(`${column} ${value} alone`);
  if (setting.certain) words.push("weights taken as certain");
  return words.length ? words.join("; ") : "as published";
}

// The same setting as a configuration file for the package.
function asConfiguration(study, setting) {
  const quoted = (text) => JSON.stringify(text);
  const lines = ["schema = 1", `extends = ${quoted(study.name)}`, 'name = "my_setting"'];
  const facets = { ...study.base_facets };
  for (const [column, value] of Object.entries(setting.facets)) if (value) facets[column] = [value];
  const data = [];
  if (setting.coders) data.push(`coders = [${coderNames(study, setting.coders).map(quoted).join(", ")}]`);
  const kept = Object.entries(facets).map(([column, values]) => `${quoted(column)} = [${values.map(quoted).join(", ")}]`);
  if (kept.length && Object.values(setting.facets).some(Boolean)) data.push(`facets = { ${kept.join(", ")} }`);
  if (data.length) lines.push("", "[data]", ...data);
  const usual = publishedSetting(study);
  if (!isPublished(study, { ...usual, across: setting.across })) {
    const { method, gate, strength } = setting.across;
    const bedrock = `{ method = "bedrock", pillar = ${quoted(gate)}, strength = ${strength} }`;
    lines.push("", "[index]", `across_pillars = ${method === "bedrock" ? bedrock : quoted(method)}`);
  }
  if (setting.weights.size) {
    if (!study.declared) return "The published weights were derived from the data, so no configuration file can state this setting in full.";
    lines.push("", "[weights]");
    for (const [place, weight] of setting.weights) lines.push(`${quoted(study.components[place].id)} = ${weight}`);
  }
  return `${lines.join("\n")}\n`;
}
