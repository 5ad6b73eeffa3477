"use strict";

// The contents, from the headings.
const contents = document.getElementById("contents");
const list = (parent) => parent.appendChild(document.createElement("ul"));
const entry = (parent, heading) => {
  const item = parent.appendChild(document.createElement("li"));
  const link = item.appendChild(document.createElement("a"));
  link.href = `#${heading.parentElement.id}`;
  link.textContent = heading.textContent;
  return item;
};
const parts = list(contents);
for (const title of document.querySelectorAll("main h2")) {
  const inner = list(entry(parts, title));
  for (const heading of title.parentElement.querySelectorAll("section h3")) entry(inner, heading);
}

// Tables sort by a click on a header: numbers by their value, empty cells last, the same header again the other way.
const compare = (one, other) => {
  const [a, b] = [Number(one), Number(other)];
  if (one === "" || other === "" || Number.isNaN(a) || Number.isNaN(b)) return one < other ? -1 : one > other ? 1 : 0;
  return a - b;
};
for (const table of document.querySelectorAll("table")) {
  const headers = [...table.querySelectorAll("thead th")];
  const body = table.tBodies[0];
  headers.forEach((header, position) => {
    if (body.rows[0]?.cells[position].classList.contains("amount")) header.classList.add("amount");
    header.querySelector("button").addEventListener("click", () => {
      const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const each of headers) each.setAttribute("aria-sort", "none");
      header.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
      const key = (row) => row.cells[position].dataset.key;
      const rows = [...body.rows].sort((one, other) => {
        const [a, b] = [key(one), key(other)];
        if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
        return sign * compare(a, b);
      });
      body.append(...rows);
    });
  });
}

// A list before a table chooses its rows by what stands in one column.
for (const choice of document.querySelectorAll(".filter select")) {
  const rows = [...choice.parentElement.nextElementSibling.querySelectorAll("tbody tr")];
  const text = (row) => row.cells[Number(choice.dataset.column)].textContent.trim();
  for (const name of [...new Set(rows.map(text))].sort()) choice.add(new Option(name, name));
  choice.addEventListener("change", () => {
    for (const row of rows) row.hidden = choice.value !== "" && text(row) !== choice.value;
  });
}

// Films: a strip of frames, of which the slider shows one.
for (const viewer of document.querySelectorAll('[data-viewer="film"]')) {
  const slider = viewer.querySelector("input");
  const labels = slider.dataset.labels.split(" ");
  const show = () => {
    const label = labels[slider.valueAsNumber];
    viewer.style.setProperty("--frame", slider.value);
    viewer.querySelector("output").textContent = label;
    slider.setAttribute("aria-valuetext", `times ${label}`);
  };
  slider.addEventListener("input", show);
  show();
}

// Grids: two sliders choose a point, which is enlarged; the list chooses the grid.
for (const viewer of document.querySelectorAll('[data-viewer="grid"]')) {
  const points = Number(viewer.dataset.points);
  const [rows, columns] = viewer.querySelectorAll("input");
  const change = viewer.querySelector("select");
  const show = () => {
    const [row, column] = [rows.valueAsNumber - 1, columns.valueAsNumber - 1];
    for (const [name, value] of [["--points", points], ["--row", row], ["--column", column]])
      viewer.style.setProperty(name, value);
    for (const slider of [rows, columns]) {
      slider.nextElementSibling.textContent = slider.value;
      slider.setAttribute("aria-valuetext", `${slider.dataset.axis} ${slider.value} of ${points}`);
    }
    for (const cell of viewer.querySelectorAll(".cell")) {
      for (const image of cell.querySelectorAll("img")) image.hidden = image.dataset.column !== change.value;
      const image = cell.querySelector("img:not([hidden])");
      const canvas = cell.querySelector("canvas");
      const [width, height] = [image.naturalWidth / points, image.naturalHeight / points];
      [canvas.width, canvas.height] = [width, height];
      canvas.getContext("2d").drawImage(image, column * width, row * height, width, height, 0, 0, width, height);
    }
  };
  for (const slider of [rows, columns]) slider.addEventListener("input", show);
  change.addEventListener("change", show);
  // The pictures inside the page are decoded before they can be drawn.
  window.addEventListener("load", show);
}

// On paper everything is unfolded.
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
