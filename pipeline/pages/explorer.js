"use strict";

// Explorers: sliders, a pad and buttons move the latents, which two models decode.
for (const explorer of document.querySelectorAll('[data-viewer="explorer"]')) {
  const models = JSON.parse(explorer.querySelector("script").textContent);
  const decoders = models.map(decoderOf);
  const cells = [...explorer.querySelectorAll(".cell")].map((cell) => ({
    choice: cell.querySelector("select"), canvas: cell.querySelector("canvas"),
  }));
  const pad = explorer.querySelector(".pad");
  const [across, up] = explorer.querySelectorAll(".plane select");
  const sliders = [...explorer.querySelectorAll('input[type="range"]')];
  const changes = [...explorer.querySelectorAll("button[aria-pressed]")];
  const told = explorer.querySelector('[aria-live="polite"]');
  const largest = Number(sliders[0].max);
  const limited = (value) => Math.min(largest, Math.max(-largest, value));
  const latents = new Float64Array(sliders.length);
  const used = () => Math.max(...cells.map(({ choice }) => models[choice.value].latents));

  const draw = () => {
    let decoded = Float32Array.from(latents);
    for (const { dataset, ariaPressed } of changes)
      if (ariaPressed === "true") decoded = decoded.map((value) => value * dataset.scale + Number(dataset.shift));
    for (const { choice, canvas } of cells) {
      const { shape: [height, width, channels], latents: count } = models[choice.value];
      const image = decoders[choice.value](decoded.subarray(0, count));
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      const pixels = new ImageData(width, height);
      for (let at = 0; at < width * height; at += 1) {
        for (let c = 0; c < 3; c += 1)
          pixels.data[4 * at + c] = Math.round(255 * image[at * channels + (channels === 3 ? c : 0)]);
        pixels.data[4 * at + 3] = 255;
      }
      canvas.getContext("2d").putImageData(pixels, 0, 0);
    }
  };

  // However often the latents move, each frame is drawn once, and a reader of the screen hears them when they rest.
  let [frame, rest] = [0, 0];
  const show = () => {
    const count = used();
    sliders.forEach((slider, position) => {
      const text = latents[position].toFixed(2);
      slider.value = latents[position];
      slider.setAttribute("aria-valuetext", text);
      slider.nextElementSibling.textContent = text;
      slider.parentElement.hidden = position >= count;
    });
    for (const option of explorer.querySelectorAll(".plane option")) option.hidden = Number(option.value) >= count;
    pad.style.setProperty("--across", latents[across.value] / largest);
    pad.style.setProperty("--up", latents[up.value] / largest);
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
    clearTimeout(rest);
    rest = setTimeout(() => {
      const names = [...new Set(cells.map(({ choice }) => models[choice.value].name))];
      const pressed = changes.filter((button) => button.ariaPressed === "true").map((button) => button.textContent);
      const numbers = [...latents.subarray(0, count)].map((value) => value.toFixed(2)).join(", ");
      told.textContent = `Shown by ${names.join(" and ")}: ${[numbers, ...pressed].join("; ")}.`;
    }, 400);
  };
  const move = (choice, value) => {
    latents[choice.value] = limited(value);
  };

  sliders.forEach((slider, position) => slider.addEventListener("input", () => {
    latents[position] = slider.valueAsNumber;
    show();
  }));
  // Box and Muller (1958): two uniform numbers make a normal one.
  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const draws = { random: normal, mean: () => 0 };
  for (const button of explorer.querySelectorAll("[data-draw]")) button.addEventListener("click", () => {
    latents.fill(0);
    for (let i = 0; i < used(); i += 1) latents[i] = limited(draws[button.dataset.draw]());
    show();
  });
  for (const button of changes) button.addEventListener("click", () => {
    button.ariaPressed = String(button.ariaPressed !== "true");
    show();
  });
  for (const choice of explorer.querySelectorAll("select")) choice.addEventListener("change", () => {
    const count = used();
    latents.fill(0, count);
    for (const axis of [across, up]) axis.value = Math.min(axis.value, count - 1);
    show();
  });
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    move(across, largest * (2 * (event.clientX - box.left) / box.width - 1));
    move(up, largest * (1 - 2 * (event.clientY - box.top) / box.height));
    show();
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    point(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (pad.hasPointerCapture(event.pointerId)) point(event);
  });
  const arrows = { ArrowLeft: [across, -1], ArrowRight: [across, 1], ArrowDown: [up, -1], ArrowUp: [up, 1] };
  pad.addEventListener("keydown", (event) => {
    if (!(event.key in arrows)) return;
    event.preventDefault(); // the page would scroll
    const [choice, sign] = arrows[event.key];
    move(choice, latents[choice.value] + sign * Number(sliders[0].step));
    show();
  });

  explorer.hidden = false;
  show();
}
