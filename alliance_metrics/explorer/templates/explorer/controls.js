// The controls: every slider and choice, labelled, in the order in which they are used.

function buildControls(study, change) {
  const form = byId("controls");
  const index = plain(study.published[0]);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("weights").replaceChildren(
    made("p", { class: "hint" }, "Everything is recalculated when you move a weight. The percentage is its share of its group."),
    ...study.components[study.root].children.map((place) => weightBlock(study, place, change)),
    checkbox("certain", "Treat these weights as certain: leave their uncertainty out of the intervals", (checked) =>
      change((setting) => {
        setting.certain = checked;
      }),
    ),
  );
  const methods = study.offered.map((method) => option(method, METHODS[method][0]));
  byId("rule").replaceChildren(
    field("across", "Aggregation across pillars", made("select", { id: "across" }, ...methods)),
    made("p", { class: "hint", id: "rule-hint" }),
    made("div", { id: "bedrock" },
      field("gate", "Bedrock", made("select", { id: "gate" }, ...study.pillars.map((place) => option(study.components[place].id, plain(study.components[place].id))))),
      slider("strength", "Strength \u03bb", { min: 0, max: 1, step: 0.05 }),
    ),
  );
  const sets = study.coder_sets.map((one, number) => option(number, number ? coderNames(study, number).join(", ") : setName(study)));
  const facets = Object.entries(study.facets).map(([column, values]) =>
    field(`only-${column}`, `Indicators: ${column}`,
      made("select", { id: `only-${column}`, "data-facet": column }, option("", "all"), ...values.map((value) => option(value, `${value} alone`)))),
  );
  byId("codings").replaceChildren(field("coders", "Coders", made("select", { id: "coders" }, ...sets)), ...facets);
  byId("view").replaceChildren(
    field("show", "Show", made("select", { id: "show" }, ...study.published.map((id, row) => option(row, row ? `pillar: ${plain(id)}` : index)))),
    made("fieldset", { class: "plain" }, made("legend", {}, "Lines"),
      ...study.units.map((line, number) => checkbox(`line-${number}`, line.name, (checked) =>
        change((setting) => {
          if (checked) setting.lines.add(number);
          else setting.lines.delete(number);
        }))),
    ),
  );
  listen(study, change);
}

const METHODS = {
  arithmetic: ["arithmetic mean", "A strong pillar fully offsets a weak one."],
  geometric: ["geometric mean", "A strong pillar partly offsets a weak one; a pillar at zero makes the index zero."],
  harmonic: ["harmonic mean", "A strong pillar offsets a weak one even less than in the geometric mean."],
  minimum: ["minimum", "The index is the lowest pillar that has weight."],
  bedrock: ["bedrock", "A low bedrock pillar limits how much the others count; strength 0 is the arithmetic mean."],
  power: ["power mean", "The power mean of the published configuration."],
};

function setName(study) {
  return study.coders.length === 1 ? study.coders[0].coder : `all ${study.coders.length}`;
}

function field(id, text, control) {
  return made("div", { class: "field" }, made("label", { for: id }, text), control);
}

function checkbox(id, text, put) {
  const box = made("input", { type: "checkbox", id });
  box.addEventListener("change", () => put(box.checked));
  return made("div", { class: "check" }, box, made("label", { for: id }, text));
}

function slider(id, text, { min, max, step }) {
  const input = made("input", { type: "range", id, min, max, step });
  return made("div", { class: "slider" }, made("label", { for: id }, text), made("output", { for: id, id: `${id}-value` }), input);
}

// A pillar's slider with its dimensions folded below, and theirs with their indicators.
function weightBlock(study, place, change) {
  const component = study.components[place];
  const unit = Math.max(...study.components[study.placeOf.get(component.parent) ?? study.root].children.map((one) => study.components[one].weight), 0) || 1;
  const name = component.children.length ? plain(component.id) : study.indicators[component.id].name;
  const block = slider(`weight-${place}`, name, { min: 0, max: 3 * unit, step: unit / 10 });
  block.querySelector("input").addEventListener("input", (event) =>
    change((setting) => setting.weights.set(place, Number(Number(event.target.value).toPrecision(6)))),
  );
  if (!component.children.length) return block;
  const below = component.tier === "pillar" ? "dimensions" : "indicators";
  const parts = component.children.map((child) => weightBlock(study, child, change));
  return made("div", { class: `weights ${component.tier}` }, block,
    made("details", {}, made("summary", {}, `${below} of ${name}`), ...parts));
}

function listen(study, change) {
  const put = (id, write) => byId(id).addEventListener("input", (event) => change((setting) => write(setting, event.target.value)));
  put("across", (setting, value) => {
    setting.across = { ...setting.across, method: value };
  });
  put("gate", (setting, value) => {
    setting.across = { ...setting.across, gate: value };
  });
  put("strength", (setting, value) => {
    setting.across = { ...setting.across, strength: Number(value) };
  });
  put("coders", (setting, value) => {
    setting.coders = Number(value);
  });
  put("show", (setting, value) => {
    setting.show = Number(value);
  });
  document.querySelectorAll("[data-facet]").forEach((select) =>
    select.addEventListener("input", () =>
      change((setting) => {
        setting.facets = { ...setting.facets, [select.dataset.facet]: select.value };
      }),
    ),
  );
}

// Update every control to the setting.
function showSetting(study, setting, model) {
  const values = { across: setting.across.method, gate: setting.across.gate, strength: setting.across.strength, coders: setting.coders, show: setting.show };
  for (const [id, value] of Object.entries(values)) if (byId(id).value !== String(value)) byId(id).value = value;
  byId("bedrock").hidden = setting.across.method !== "bedrock";
  byId("rule-hint").textContent = METHODS[setting.across.method][1];
  byId("strength-value").textContent = formatted(setting.across.strength, 2);
  byId("certain").checked = setting.certain;
  study.units.forEach((line, number) => {
    byId(`line-${number}`).checked = setting.lines.has(number);
  });
  document.querySelectorAll("[data-facet]").forEach((select) => {
    select.value = setting.facets[select.dataset.facet] ?? "";
  });
  study.components.forEach((component, place) => {
    const input = byId(`weight-${place}`);
    if (!input) return;
    const weight = weightOf(study, setting, place);
    if (Number(input.value) !== weight) input.value = weight;
    const share = model.inside[place] ? `${Math.round(100 * (model.shares[place] || 0))}%` : "left out";
    byId(`weight-${place}-value`).textContent = `${formatted(weight, 1)} \u00b7 ${share}`;
    input.setAttribute("aria-valuetext", `weight ${formatted(weight, 1)}, ${share}`);
    input.disabled = !model.inside[place];
  });
}
