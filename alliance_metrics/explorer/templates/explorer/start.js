// One setting at a time: every change goes through `change`, is calculated, shown and written to the address.

async function start() {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("this browser cannot open the page; use Chrome or Edge 80, Firefox 113, Safari 16.4 or later");
  }
  const study = await readStudy();
  const state = { setting: publishedSetting(study), model: null, frame: 0 };

  const show = () => {
    const model = reading(study, state.setting);
    showSetting(study, state.setting, model.fault && state.model ? { ...state.model, inside: model.inside, shares: model.shares } : model);
    if (model.fault) {
      showFault(model);
      return;
    }
    state.model = model;
    showAnswer(model, state.setting);
    drawChart(byId("chart"), model, state.setting);
    showWhy(model, state.setting);
    showRanking(model, state.setting, choose);
    byId("against").value = state.setting.against ?? "";
    cite();
  };
  const cite = () => {
    const fragment = toFragment(study, state.setting);
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    byId("address").value = location.href;
    byId("file").textContent = asConfiguration(study, state.setting);
    byId("reset").disabled = !fragment;
    document.body.dataset.shown = String(Number(document.body.dataset.shown ?? 0) + 1);
  };
  const change = (write) => {
    write(state.setting);
    cancelAnimationFrame(state.frame);
    state.frame = requestAnimationFrame(show);
  };
  const choose = (row, moving) => {
    state.setting.year = row;
    show();
    if (moving) byId("why-title").focus();
  };

  const take = () => {
    const { setting, unread, other } = fromFragment(study, location.hash.slice(1));
    state.setting = setting;
    const words = [];
    if (unread.length) words.push(`Not understood, so left as published: ${unread.join("; ")}.`);
    if (other) words.push("This address was made with other data: numbers may differ from those cited.");
    byId("notice").textContent = words.join(" ");
    byId("notice").hidden = !words.length;
    show();
  };

  buildControls(study, change);
  buildPartner(study, change);
  buildYearChoice(study, choose);
  listenToChart(study, state, choose);
  byId("reset").addEventListener("click", () => {
    state.setting = publishedSetting(study);
    byId("notice").hidden = true;
    show();
  });
  byId("csv").addEventListener("click", () => saveCsv(state.model, state.model.setting));
  byId("png").addEventListener("click", () => savePng(state.model, state.model.setting));
  byId("address").addEventListener("focus", (event) => event.target.select());
  addEventListener("hashchange", () => {
    if (location.hash.includes("=") || location.hash.length < 2) take();
  });
  new ResizeObserver(() => state.model && drawChart(byId("chart"), state.model, state.model.setting)).observe(byId("chart"));
  new IntersectionObserver(([entry]) => {
    byId("bar").hidden = entry.isIntersecting;
  }).observe(byId("headline"));
  take();
  document.body.dataset.ready = "yes";
}

function listenToChart(study, state, choose) {
  const holder = byId("chart");
  const rowOf = (target) => target.closest?.("[data-row]")?.dataset.row;
  holder.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (row !== undefined) choose(Number(row), false);
  });
  holder.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (row === undefined) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(Number(row), event.key === "Enter");
      return;
    }
    const next = neighbour(study, state.setting, Number(row), event.key);
    if (next === undefined) return;
    event.preventDefault();
    holder.querySelectorAll('.point[tabindex="0"]').forEach((point) => point.setAttribute("tabindex", -1));
    const point = holder.querySelector(`[data-row="${next}"]`);
    point.setAttribute("tabindex", 0);
    point.focus();
  });
}

// The year that an arrow key leads to: along the line, or to the like year of the line above or below.
function neighbour(study, setting, row, key) {
  const { line, position, year } = study.rowFacts[row];
  const rows = study.units[line].rows;
  const along = { ArrowLeft: position - 1, ArrowRight: position + 1, Home: 0, End: rows.length - 1 }[key];
  if (along !== undefined) return rows[along];
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (!step) return undefined;
  const lines = [...setting.lines].sort((one, other) => one - other);
  const other = study.units[lines[lines.indexOf(line) + step]];
  if (!other) return undefined;
  const distance = other.years.map((one) => Math.abs(one - year));
  return other.rows[distance.indexOf(Math.min(...distance))];
}

start().catch((error) => {
  const place = byId("fault");
  place.textContent = `The page could not be opened: ${error.message}. The saved tables of the result have the same numbers.`;
  place.hidden = false;
  throw error;
});
