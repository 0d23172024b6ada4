// The data of the page, decompressed: one block of names and texts, one of numbers.

async function unpacked(id) {
  const text = document.getElementById(id).textContent.trim();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

const KINDS = { f8: Float64Array, f4: Float32Array, u1: Uint8Array };

function viewed(buffer, layout) {
  const found = {};
  for (const [name, entry] of Object.entries(layout)) {
    const count = entry.shape.reduce((product, size) => product * size, 1);
    found[name] = new KINDS[entry.kind](buffer, entry.offset, count);
  }
  return found;
}

async function readStudy() {
  const [texts, numbers] = await Promise.all([unpacked("study"), unpacked("numbers")]);
  const study = JSON.parse(new TextDecoder().decode(texts));
  study.numbers = viewed(numbers, study.arrays);
  study.nUnits = study.arrays.leaves.shape[2];
  study.nLeaves = study.arrays.leaves.shape[1];
  study.nDraws = study.draws.count;
  study.nodes = study.components.map((one, place) => place).filter((place) => study.components[place].children.length);
  study.root = study.components.length - 1;
  study.placeOf = new Map(study.components.map((one, place) => [one.id, place]));
  study.shown = study.published.map((id) => study.placeOf.get(id));
  study.pillars = study.shown.slice(1);
  study.drawRow = new Map(study.draws.indicators.map((place, row) => [place, row]));
  study.rowFacts = new Array(study.nUnits);
  study.units.forEach((line, number) => {
    line.name = `${line.unit} ${line.era_years}`.trim();
    line.rows.forEach((row, position) => {
      study.rowFacts[row] = { line: number, position, year: line.years[position] };
    });
  });
  study.codingsOf = codingsByCell(study);
  return study;
}

// For each unit and indicator the places of its rows among the codings.
function codingsByCell(study) {
  const { unit, indicator } = study.codings.rows;
  const found = new Map();
  unit.forEach((row, place) => {
    const key = row * study.nLeaves + indicator[place];
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(place);
  });
  return found;
}

// Digits as the saved tables are rounded by: exact ties go to the even digit.
function formatted(value, digits = 1) {
  if (!Number.isFinite(value)) return "none";
  const held = Math.round(value * 1e10) / 1e10;
  const steps = held * 10 ** digits;
  const even = 2 * Math.round(steps / 2);
  const tie = digits === 1 && Math.abs(held * 4) % 2 === 1;
  const text = tie ? (even / 10 ** digits).toFixed(digits) : held.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function signed(value, digits = 1) {
  const text = formatted(value, digits);
  return Number(text) > 0 ? `+${text}` : text.replace("-", "\u2212");
}

function plain(id) {
  return id.slice(id.lastIndexOf(".") + 1).replaceAll("_", " ");
}
