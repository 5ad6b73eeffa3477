// What keeps a page from those who do not see, or see little: a list of sentences, empty on a good page.
const found = [];
const note = (element, mistake) => found.push(`${mistake}: ${element.outerHTML.slice(0, 120)}`);
const all = (css) => [...document.querySelectorAll(css)];
const seen = (element) => element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false});
const text = (element) => element.textContent.trim();
const byIds = (ids) => ids.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
const name = (element) =>
  (element.hasAttribute("aria-labelledby") && byIds(element.getAttribute("aria-labelledby"))) ||
  element.getAttribute("aria-label") || element.getAttribute("alt") || [...(element.labels ?? [])].map(text).join(" ") ||
  (element.matches("a, button, summary") && (text(element) || element.querySelector("img[alt]")?.alt)) || "";

// Names.
for (const element of all("a, button, summary, input, select, canvas, img, [role=img], [role=group], [role=application], nav, section.part"))
  if (seen(element) && !name(element).trim()) note(element, "no name");
if (!document.documentElement.lang || !document.title) found.push("no language or no title");
const ids = all("[id]").map((element) => element.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`an id twice: ${id}`);

// Headings: one of the first level, and none that leaves a level out.
let level = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6")) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1 || (own === 1 && level > 0)) note(heading, `a heading of level ${own} after one of level ${level}`);
  level = own;
}

// Landmarks: one of each that a page has once, names of their own, and nothing outside of them.
for (const css of ["main", "body > header", "nav"]) if (all(css).length !== 1) found.push(`not one ${css}`);
const landmarks = all("nav, section[aria-label], section[aria-labelledby], [role=region]").map(name);
for (const one of landmarks) if (landmarks.indexOf(one) !== landmarks.lastIndexOf(one)) found.push(`two landmarks: ${one}`);
for (const element of document.body.children)
  if (seen(element) && !element.matches("header, main, script, .skip")) note(element, "outside of all landmarks");

// Tables: a caption, headers with a scope, and as many cells in each row.
for (const table of all("table")) {
  if (!table.caption || !text(table.caption)) note(table, "no caption");
  for (const cell of table.querySelectorAll("th")) if (!cell.scope) note(cell, "no scope");
  const [head, ...rows] = table.rows;
  for (const row of rows)
    if (row.cells.length !== head.cells.length || row.cells[0].tagName !== "TH") note(row, "a row without its header or cells");
}

// What scrolls can be reached by keys, and has a name.
for (const element of all("main *")) {
  const style = getComputedStyle(element);
  const scrolls = ["auto", "scroll"].includes(style.overflowX) && element.scrollWidth > element.clientWidth;
  const inside = element.querySelector("a, button, input, select") !== null;
  if (scrolls && element.tabIndex < 0 && !inside) note(element, "scrolls, but not by keys");
}

// Contrast: 4.5 of letters to what lies behind them, 3 of large ones (WCAG 2.2, 1.4.3).
const channels = (color) => color.match(/[\d.]+/g).map(Number);
const luminance = (color) => {
  const [r, g, b] = channels(color).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const color = getComputedStyle(one).backgroundColor;
    if (channels(color)[3] !== 0) return color;
  }
  return "rgb(255, 255, 255)";
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const worst = {};
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest("script, style, noscript") || !seen(element)) continue;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const [a, b] = [luminance(style.color), luminance(ground(element))].sort((one, other) => other - one);
  const contrast = (a + 0.05) / (b + 0.05);
  if (contrast < (large ? 3 : 4.5)) worst[`${style.color} on ${ground(element)}`] ??= element;
}
for (const [colors, element] of Object.entries(worst)) note(element, `too little contrast, ${colors}`);
return found;
