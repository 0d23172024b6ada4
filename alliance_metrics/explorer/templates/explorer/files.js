// Export of what is shown: numbers as CSV, the chart as PNG.

function toCsv(model, setting) {
  const { study } = model;
  const tier = study.components[study.shown[setting.show]].tier;
  const names = [study.key, "era", "year", "tier", "component", "estimate", "lower", "upper", "confidence"];
  const header = [...names, "published_estimate", "published_lower", "published_upper", "rank", "setting"];
  const fragment = toFragment(study, setting) || "published";
  const lines = rankedRows(model, setting).map((one) =>
    [one.line.unit, one.line.era, one.year, tier, study.published[setting.show],
      ...[one.estimate, one.lower, one.upper].map(inFull), study.level, ...one.published.map(inFull), one.rank ?? "", fragment]
      .map(asCell).join(","));
  return `${[header.join(","), ...lines].join("\n")}\n`;
}

function inFull(value) {
  return Number.isFinite(value) ? String(Math.round(value * 1e10) / 1e10) : "";
}

function asCell(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function offer(blob, name) {
  const link = made("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function saveCsv(model, setting) {
  offer(new Blob([toCsv(model, setting)], { type: "text/csv;charset=utf-8" }), `${fileName(model.study, setting)}.csv`);
}

function fileName(study, setting) {
  return `${study.name}_${study.published[setting.show]}`.replace(/[^A-Za-z0-9_.-]+/g, "_");
}

// The chart at a fixed width, with a title above and its sources below.
function toPicture(model, setting) {
  const { study } = model;
  const width = 1000;
  const svg = document.createElementNS(SPACE, "svg");
  const said = answerOf(model, setting);
  let y = 34;
  const write = (text, size, fill, weight) => {
    for (const line of wrapped(text, (width - 60) / (size * 0.53))) {
      drawn(svg, "text", { x: 30, y, "font-family": FONT, "font-size": size, fill, "font-weight": weight }, line);
      y += size * 1.4;
    }
  };
  const shown = `${shownName(study, setting.show)} by year, ${Math.round(100 * study.level)}% intervals`;
  write(`${shown[0].toUpperCase()}${shown.slice(1)}`, 20, INK, "bold");
  write(`Setting: ${inWords(study, setting)}.${isPublished(study, setting) ? "" : " Dotted: as published."}`, 13, MUTED, "normal");
  [said.head, ...said.lines].forEach((text) => write(text, 13, INK, "normal"));
  const chart = drawn(svg, "g", { transform: `translate(14 ${y})` });
  y += drawPanels(chart, model, setting, { width: width - 28 }) + 18;
  write(`${byId("coded").textContent.trim()} ${study.data.title} ${study.data.version}, data ${study.data.digest}.`, 11, MUTED, "normal");
  const fragment = toFragment(study, setting);
  if (fragment) write(`#${fragment}`, 10, MUTED, "normal");
  svg.setAttribute("viewBox", `0 0 ${width} ${y + 6}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", y + 6);
  svg.prepend(drawn(svg, "rect", { width, height: y + 6, fill: "#fff" }));
  return { svg, width, height: y + 6 };
}

function wrapped(text, room) {
  const lines = [""];
  for (const word of text.split(/(?<=[\s&])/)) {
    if ((lines.at(-1) + word).trimEnd().length > room && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] += word;
  }
  return lines.map((line) => line.trimEnd());
}

async function savePng(model, setting) {
  const { svg, width, height } = toPicture(model, setting);
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }));
  const image = new Image(width, height);
  image.src = address;
  await image.decode();
  const canvas = made("canvas", { width: 2 * width, height: Math.ceil(2 * height) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  canvas.toBlob((blob) => offer(blob, `${fileName(model.study, setting)}.png`), "image/png");
}
