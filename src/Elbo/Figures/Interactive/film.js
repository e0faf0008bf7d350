"use strict";
// Moves the points of one <figure class="elbo-scatter"> between the frames in its element .elbo-frames.
function elboFilm(root) {
  const find = name => root.querySelector(".elbo-" + name);
  const data = JSON.parse(find("frames").textContent), last = data.names.length - 1, dims = data.low.length;
  const positions = new Uint16Array(Uint8Array.from(atob(data.positions), c => c.charCodeAt(0)).buffer);
  const size = positions.length / data.names.length, unit = data.high.map((h, d) => (h - data.low[d]) / 65535);
  const canvas = find("plot"), slider = find("slider"), button = find("play"), place = find("place");
  const title = canvas.getAttribute("aria-label");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  // From one frame to the next: most of the time the points move, then they rest.
  const Milliseconds = Math.min(900, Math.max(120, 15000 / last)), Moving = 0.8;
  let frame = last, playing = false, first = 0, began = 0;

  // Whole times are frames; between them, every point is on a straight line.
  function show(time) {
    const at = Math.min(last, Math.max(0, time)), from = Math.floor(at), to = Math.min(last, from + 1);
    frame = Math.round(at);
    root.elboScatter.move(points => {
      for (let i = 0, a = from * size, b = to * size; i < size; i++, a++, b++)
        points[i] = data.low[i % dims] + unit[i % dims] * (positions[a] + (at - from) * (positions[b] - positions[a]));
    }, at === from);
    slider.value = frame;
    slider.setAttribute("aria-valuetext", data.names[frame]);
    canvas.setAttribute("aria-label", `${title}, ${data.names[frame]}`);
    place.textContent = data.names[frame];
  }

  function tick(now) {
    if (!playing) return;
    const passed = Math.max(0, now - began) / Milliseconds, whole = Math.floor(passed);
    const share = still.matches ? 0 : Math.min(1, (passed - whole) / Moving);
    show(first + whole + share * share * (3 - 2 * share));
    if (first + whole >= last) play(false);
    else requestAnimationFrame(tick);
  }

  function play(on) {
    playing = on;
    button.textContent = on ? "Stop" : "Play";
    if (!on) return show(frame);
    first = frame === last ? 0 : frame;
    show(first);
    began = performance.now();
    requestAnimationFrame(tick);
  }

  button.addEventListener("click", () => play(!playing));
  slider.addEventListener("input", () => { frame = Number(slider.value); play(false); });
  // At the end of its range, a slider moves no further and reports no input.
  slider.addEventListener("pointerdown", () => { if (playing) play(false); });
  slider.addEventListener("keydown", event => { if (playing && /^(Arrow|Page|Home|End)/.test(event.key)) play(false); });
  // Buttons have the space bar by themselves.
  root.addEventListener("keydown", event => {
    if (event.key !== " " || event.target.closest("button")) return;
    event.preventDefault();
    play(!playing);
  });
  show(last);
  root.elboFilm = { get frame() { return frame; }, get playing() { return playing; }, show };
}
