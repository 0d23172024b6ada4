// The answer in words: the score of the chosen year, and which other year it is most like, if any.

function answerOf(model, setting) {
  const { study } = model;
  const row = setting.year;
  const name = nameOfRow(study, row);
  const shown = model.shown[setting.show];
  const said = { head: `${name}: ${shownName(study, setting.show)} ${scoreText(shown, row)}.`, lines: [] };
  if (!isPublished(study, setting)) {
    const published = [0, 1, 2].map((which) => publishedOf(study, which, setting.show));
    const [estimate, lower, upper] = published;
    said.lines.push(`As published: ${scoreText({ estimate, lower, upper }, row)}.`);
  }
  said.lines.push(...likeness(model, setting));
  return said;
}

function likeness(model, setting) {
  const { study } = model;
  const row = setting.year;
  const partner = partnerOf(study, setting);
  const name = nameOfRow(study, row);
  if (partner < 0 || partner === study.rowFacts[row].line) return [`There is no other line to compare ${name} with.`];
  const line = study.units[partner];
  const whole = isPublished(study, setting) ? publishedNearest(study, row, partner) : null;
  const found = { ...nearestYears(model, row, line), ...whole };
  if (!found.ranked.length) return [`${name} and ${line.name} cannot be compared: too little is scored in both.`];
  const [first, ...others] = found.ranked;
  const times = (one) => `${Math.round(one.wins)} of ${found.counted} draws`;
  const beyond = isBeyondNoise(model, row, first.row, found)
    ? `The nearest year is not close: ${first.year} differs by more than two codings of the same year would.`
    : `${first.year} differs by no more than two codings of the same year would.`;
  if (first.share >= 0.5) {
    return [`Its pillar scores are most like ${line.unit} ${first.year}: nearest in ${times(first)}. ${beyond}`];
  }
  const rest = others.filter((one) => one.wins >= 0.5).slice(0, 2).map((one) => `${one.year} (${Math.round(one.wins)})`);
  const also = rest.length ? `, ${rest.join(", ")}` : "";
  return [`Its pillar scores are not clearly like any one year of ${line.name}: none is nearest in half of the draws, most often ${first.year} (${times(first)})${also}. ${beyond}`];
}

let waiting = 0;

function showAnswer(model, setting) {
  const { study } = model;
  const said = answerOf(model, setting);
  byId("headline").textContent = said.head;
  byId("likeness").replaceChildren(...said.lines.map((text) => made("p", {}, text)));
  byId("bar").textContent = `${nameOfRow(study, setting.year)}: ${scoreText(model.shown[setting.show], setting.year)}`;
  byId("words").textContent = `Setting: ${inWords(study, setting)}.`;
  byId("fault").hidden = true;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    byId("live").textContent = [said.head, ...said.lines].join(" ");
  }, 400);
}

function showFault(model) {
  byId("fault").textContent = `${model.fault} No index can be calculated; the page still shows the previous setting.`;
  byId("fault").hidden = false;
  byId("live").textContent = byId("fault").textContent;
}

function buildPartner(study, change) {
  const choices = study.units.map((line, number) => option(number, line.name));
  const select = made("select", { id: "against" }, option("", "another era of the same pair"), ...choices);
  select.addEventListener("input", () =>
    change((setting) => {
      setting.against = select.value === "" ? null : Number(select.value);
    }),
  );
  byId("partner").replaceChildren(field("against", "Compare with", select));
}

// Ranking: the years of the lines shown, the highest score first.
function rankedRows(model, setting) {
  const { study } = model;
  const { estimate, lower, upper } = model.shown[setting.show];
  const published = [0, 1, 2].map((which) => publishedOf(study, which, setting.show));
  const rows = [...setting.lines].sort((one, other) => one - other).flatMap((number) => study.units[number].rows);
  const known = rows.filter((row) => Number.isFinite(estimate[row])).sort((one, other) => estimate[other] - estimate[one] || one - other);
  const missing = rows.filter((row) => !Number.isFinite(estimate[row]));
  const entry = (row, rank) => ({
    row,
    rank,
    line: study.units[study.rowFacts[row].line],
    year: study.rowFacts[row].year,
    estimate: estimate[row],
    lower: lower[row],
    upper: upper[row],
    published: published.map((values) => values[row]),
  });
  return [...known.map((row, place) => entry(row, place + 1)), ...missing.map((row) => entry(row, null))];
}

function showRanking(model, setting, choose) {
  const { study } = model;
  const body = rankedRows(model, setting).map((one) => {
    const pick = made("button", { type: "button", class: "year" }, String(one.year));
    pick.setAttribute("aria-label", `Explain ${one.line.unit} ${one.year}`);
    pick.addEventListener("click", () => choose(one.row, true));
    const known = Number.isFinite(one.estimate);
    return made("tr", { "data-row": one.row, "aria-current": one.row === setting.year ? "true" : undefined },
      made("td", { class: "number" }, one.rank === null ? "\u2013" : String(one.rank)),
      made("td", {}, one.line.unit),
      made("td", {}, pick),
      made("td", { class: "number score" }, known ? formatted(one.estimate) : "none"),
      made("td", { class: "number" }, known ? `${formatted(one.lower)} to ${formatted(one.upper)}` : ""),
      made("td", { class: "number" }, Number.isFinite(one.published[0]) ? formatted(one.published[0]) : "none"));
  });
  byId("ranks").replaceChildren(...body);
  byId("ranks-of").textContent = shownName(study, setting.show);
}
