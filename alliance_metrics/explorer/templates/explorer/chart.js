// The chart: one panel an era, a line and band a unit, every year a point that can be chosen. Plain SVG, no library.

const SPACE = "http://www.w3.org/2000/svg";
const COLOURS = ["#004488", "#BB5566", "#DDAA33"];
const INKS = ["#004488", "#A03E50", "#7D5A00"];
const DASHES = ["", "7 3", "3 2", "9 3 2 3"];
const FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif";
const [INK, MUTED, HAIR] = ["#1A1A1A", "#595959", "#D8D8D8"];

function drawn(parent, name, attributes, text) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes ?? {})) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

// One look for each pair of states through time; lines of one pair in one panel differ by their dashes.
function lookOf(study, number) {
  const lineages = [...new Set(study.units.map((line) => line.lineage))];
  const place = lineages.indexOf(study.units[number].lineage);
  const kin = study.units.filter((line) => line.lineage === lineages[place] && line.era === study.units[number].era);
  const twin = kin.indexOf(study.units[number]);
  return {
    colour: COLOURS[place % COLOURS.length],
    ink: INKS[place % INKS.length],
    dash: DASHES[(Math.floor(place / COLOURS.length) + twin + place) % DASHES.length],
  };
}

function panelsOf(study, setting) {
  const eras = new Map();
  for (const number of setting.lines) {
    const line = study.units[number];
    if (!eras.has(line.era)) eras.set(line.era, []);
    eras.get(line.era).push(number);
  }
  return [...eras]
    .map(([era, lines]) => {
      const years = lines.flatMap((number) => study.units[number].years);
      return { era: study.units[lines[0]].era_years, lines, first: Math.min(...years), last: Math.max(...years) };
    })
    .sort((one, other) => one.first - other.first);
}

function scaleOf(study, model, setting) {
  if (study.bounded) return [0, 100];
  const { lower, upper } = model.shown[setting.show];
  const rows = [...setting.lines].flatMap((number) => study.units[number].rows);
  const known = rows.flatMap((row) => [lower[row], upper[row]]).filter(Number.isFinite);
  return known.length ? [Math.floor(Math.min(...known) / 25) * 25, Math.ceil(Math.max(...known) / 25) * 25] : [0, 100];
}

// Draw into an empty group; gives the height taken.
function drawPanels(parent, model, setting, { width, top = 0 }) {
  const { study } = model;
  const panels = panelsOf(study, setting);
  const side = width >= 620;
  const margin = { left: 30, right: 82, top: 24, bottom: 26 };
  const height = side ? 330 : 230;
  const free = width - panels.length * (margin.left + margin.right);
  const years = panels.reduce((sum, panel) => sum + Math.max(panel.last - panel.first, 1), 0);
  const range = scaleOf(study, model, setting);
  let left = 0;
  panels.forEach((panel, place) => {
    const span = Math.max(panel.last - panel.first, 1);
    const inner = side ? (free * span) / years : width - margin.left - margin.right;
    const x0 = (side ? left : 0) + margin.left;
    const y0 = top + (side ? 0 : place * height) + margin.top;
    const y1 = y0 + height - margin.top - margin.bottom;
    const frame = {
      x: (year) => x0 + ((year - panel.first) / span) * inner,
      y: (score) => y1 - ((score - range[0]) / (range[1] - range[0])) * (y1 - y0),
      x0,
      x1: x0 + inner,
      y0,
      y1,
    };
    drawFrame(parent, panel, frame, range);
    drawLines(parent, model, setting, panel, frame);
    left += inner + margin.left + margin.right;
  });
  return side ? height : height * Math.max(panels.length, 1);
}

function drawFrame(parent, panel, frame, range) {
  const text = { "font-family": FONT, "font-size": 11.5, fill: MUTED };
  drawn(parent, "text", { ...text, x: frame.x0, y: frame.y0 - 10, "font-weight": "bold", fill: INK }, panel.era);
  for (let score = range[0]; score <= range[1]; score += 25) {
    const y = frame.y(score);
    drawn(parent, "line", { x1: frame.x0, x2: frame.x1, y1: y, y2: y, stroke: HAIR, "stroke-width": 0.8 });
    drawn(parent, "text", { ...text, x: frame.x0 - 6, y: y + 4, "text-anchor": "end" }, String(score));
  }
  const room = (frame.x1 - frame.x0) / Math.max(panel.last - panel.first, 1);
  const step = [1, 2, 5, 10, 20].find((years) => years * room >= 42) ?? 50;
  for (let year = Math.ceil(panel.first / step) * step; year <= panel.last; year += step) {
    const x = frame.x(year);
    drawn(parent, "line", { x1: x, x2: x, y1: frame.y1, y2: frame.y1 + 4, stroke: MUTED });
    drawn(parent, "text", { ...text, x, y: frame.y1 + 17, "text-anchor": "middle" }, String(year));
  }
}

function drawLines(parent, model, setting, panel, frame) {
  const { study } = model;
  const { estimate, lower, upper } = model.shown[setting.show];
  const published = publishedOf(study, 0, setting.show);
  const labels = [];
  for (const number of panel.lines) {
    const line = study.units[number];
    const look = lookOf(study, number);
    const at = (values) => line.rows.map((row, place) => [frame.x(line.years[place]), frame.y(values[row])]);
    for (const run of runsOf(at(upper).map((point, place) => [...point, at(lower)[place][1]]))) {
      const there = run.map(([x, high]) => `${x.toFixed(1)},${high.toFixed(1)}`);
      const back = run.toReversed().map(([x, none, low]) => `${x.toFixed(1)},${low.toFixed(1)}`);
      drawn(parent, "polygon", { points: [...there, ...back].join(" "), fill: look.colour, "fill-opacity": 0.16 });
    }
    if (!isPublished(study, setting)) {
      for (const run of runsOf(at(published))) {
        drawn(parent, "path", { d: pathOf(run), fill: "none", stroke: look.ink, "stroke-width": 1, "stroke-dasharray": "1 3" });
      }
    }
    for (const run of runsOf(at(estimate))) {
      const shape = { d: pathOf(run), fill: "none", stroke: look.colour, "stroke-width": 2, "stroke-linejoin": "round" };
      drawn(parent, "path", look.dash ? { ...shape, "stroke-dasharray": look.dash } : shape);
    }
    const last = at(estimate).findLast(([, y]) => Number.isFinite(y));
    if (last) labels.push({ y: last[1], text: line.unit, ink: look.ink });
  }
  spread(labels, 14, frame);
  for (const { y, text, ink } of labels) {
    const style = { "font-family": FONT, "font-size": 12, "font-weight": "bold", fill: ink };
    drawn(parent, "text", { ...style, x: frame.x1 + 8, y: y + 4 }, text);
  }
  panel.lines.forEach((number) => drawPoints(parent, model, setting, number, frame));
}

// A target for pointer and keyboard at every year; one stop for the tab key, arrows move on from there.
function drawPoints(parent, model, setting, number, frame) {
  const { study } = model;
  const { estimate, lower, upper } = model.shown[setting.show];
  const look = lookOf(study, number);
  const reach = Math.max(3, Math.min(9, (frame.x(1) - frame.x(0)) / 2)); // no target covers the next year's
  study.units[number].rows.forEach((row) => {
    const year = study.rowFacts[row].year;
    const [x, y] = [frame.x(year), frame.y(Number.isFinite(estimate[row]) ? estimate[row] : 0)];
    const chosen = row === setting.year;
    const known = Number.isFinite(estimate[row]);
    const name = `${study.units[number].unit} ${year}: ${formatted(estimate[row])}, ${formatted(lower[row])} to ${formatted(upper[row])}`;
    const group = drawn(parent, "g", { class: "point", role: "button", tabindex: chosen ? 0 : -1, "data-row": row });
    group.setAttribute("aria-label", known ? name : `${study.units[number].unit} ${year}: no score`);
    group.setAttribute("aria-pressed", String(chosen));
    drawn(group, "title", {}, known ? name : "no score");
    if (chosen) {
      const guide = { x1: x, x2: x, y1: frame.y0, y2: frame.y1, stroke: INK, "stroke-width": 0.8, "stroke-dasharray": "2 3" };
      drawn(group, "line", guide);
      if (known) {
        const ends = { x1: x, x2: x, y1: frame.y(lower[row]), y2: frame.y(upper[row]), stroke: INK, "stroke-width": 2 };
        drawn(group, "line", ends);
      }
    }
    if (known) drawn(group, "circle", { cx: x, cy: y, r: chosen ? 5 : 2, fill: look.colour, stroke: "#fff", "stroke-width": chosen ? 1.5 : 0 });
    drawn(group, "circle", { class: "target", cx: x, cy: y, r: reach, fill: "#fff", "fill-opacity": 0, stroke: "none" });
  });
}

// Stretches without a missing value.
function runsOf(points) {
  const runs = [[]];
  for (const point of points) {
    if (point.every(Number.isFinite)) runs.at(-1).push(point);
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

function pathOf(points) {
  return points.map(([x, y], place) => `${place ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

// Push labels apart, from the top down and back up, so that none lies on another.
function spread(labels, room, frame) {
  labels.sort((one, other) => one.y - other.y);
  for (let place = 1; place < labels.length; place += 1) {
    labels[place].y = Math.max(labels[place].y, labels[place - 1].y + room);
  }
  let floor = frame.y1 + 6;
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, floor);
    floor = label.y - room;
  }
}

function drawChart(holder, model, setting) {
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.row : undefined;
  const width = Math.max(holder.clientWidth, 280);
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", "Scores by year. Arrow keys move between years and lines; Enter explains a year.");
  const height = drawPanels(svg, model, setting, { width });
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  holder.replaceChildren(svg);
  if (!svg.querySelector('[tabindex="0"]')) svg.querySelector(".point")?.setAttribute("tabindex", 0);
  if (focused !== undefined) svg.querySelector(`[data-row="${focused}"]`)?.focus();
}
