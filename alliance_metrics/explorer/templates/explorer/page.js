// Elements of the page. Text from the data is set as text alone and never parsed as markup.

function made(name, attributes, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...content.filter((one) => one !== null && one !== undefined && one !== ""));
  return node;
}

function byId(id) {
  return document.getElementById(id);
}

// An address that may be followed, or nothing: http, https, and doi through its resolver.
function safeAddress(text) {
  const given = String(text ?? "").trim();
  const doi = /^doi:\s*(10\.\S+)$/i.exec(given);
  try {
    const address = new URL(doi ? `https://doi.org/${encodeURI(doi[1])}` : given);
    return ["http:", "https:"].includes(address.protocol) ? address.href : "";
  } catch {
    return "";
  }
}

function linked(text, address) {
  const href = safeAddress(address);
  return href ? made("a", { href, rel: "noopener noreferrer", target: "_blank" }, text) : made("span", {}, text);
}

function option(value, text, chosen) {
  return made("option", { value, selected: chosen }, text);
}

function scoreText(shown, row) {
  const { estimate, lower, upper } = shown;
  if (!Number.isFinite(estimate[row])) return "no score";
  return `${formatted(estimate[row])} (${formatted(lower[row])} to ${formatted(upper[row])})`;
}

function nameOfRow(study, row) {
  const { line, year } = study.rowFacts[row];
  return `${study.units[line].unit} ${year}`;
}

function shownName(study, row) {
  return plain(study.published[row]);
}
