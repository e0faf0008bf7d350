"use strict";

/** The moving parts of the page Explore: the marker on the map, and pictures that are decoded while something moves. */
window.elboExplore = (() => {
  const Step = 0.02, Long = 5;

  // One question at a time. Of those that come meanwhile, only the newest is asked.
  function newest(ask, show) {
    let waiting = null, busy = false;
    async function work() {
      busy = true;
      while (waiting) {
        const question = waiting;
        waiting = null;
        try {
          show(await ask(...question));
        } catch {
          // The connection is lost, or the page is going; Blazor says so.
          waiting = null;
        }
      }
      busy = false;
    }
    return (...question) => { waiting = question; if (!busy) work(); };
  }

  /** Decodes on the server and draws the answer, bytes (H, W, C), on the canvas. */
  function decoder(canvas, ask) {
    let asked = 0;
    return newest(
      (...question) => { asked = performance.now(); return ask(...question); },
      bytes => {
        if (bytes.length === 0) return;
        draw(canvas, bytes);
        canvas.dispatchEvent(new CustomEvent("elbo-decoded", { detail: performance.now() - asked, bubbles: true }));
      });
  }

  function draw(canvas, bytes) {
    const { width, height } = canvas, channels = bytes.length / (width * height);
    const paint = canvas.getContext("2d"), image = paint.createImageData(width, height), to = image.data;
    for (let i = 0, from = 0; i < to.length; i += 4, from += channels) {
      to[i] = bytes[from];
      to[i + 1] = bytes[from + (channels > 1 ? 1 : 0)];
      to[i + 2] = bytes[from + (channels > 1 ? 2 : 0)];
      to[i + 3] = 255;
    }
    paint.putImageData(image, 0, 0);
  }

  const text = v => v.toFixed(2).replace("-", "\u2212");

  async function fetchPart(path) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error("The figure is no longer there; reload the page.");
    return answer.text();
  }

  // ---- the map
  async function map(root, path, page) {
    drop(root);
    const host = root.querySelector(".explore-view"), state = { marks: [], at: [0, 0], ready: null };
    root.elboMap = state;
    try {
      state.html = await fetchPart(path);
    } catch (error) {
      page.invokeMethodAsync("Fail", error.message);
      return;
    }
    if (root.elboMap !== state) return;
    // Scripts in it do not run: it has data only.
    host.innerHTML = state.html;
    state.html = null;
    const figure = host.firstElementChild;
    elboScatter(figure);
    state.scatter = figure.elboScatter;
    state.view = figure.querySelector(".elbo-view");
    state.place = root.querySelector(".explore-place");
    state.ask = decoder(root.querySelector(".explore-decoded"), (x, y) => page.invokeMethodAsync("DecodeAt", x, y));
    state.marker = addMarker(state);
    figure.addEventListener("elbo-draw", () => arrange(state));
    figure.addEventListener("elbo-pick", e => page.invokeMethodAsync("Pick", e.detail));
  }

  function drop(root) {
    root?.elboMap?.scatter?.dispose();
    if (root) root.elboMap = null;
  }

  function addMarker(state) {
    const marker = document.createElement("button");
    marker.type = "button";
    marker.className = "explore-marker";
    state.view.append(marker);
    const to = e => {
      const box = state.view.getBoundingClientRect(), area = state.scatter.area();
      const within = (v, from, length) => Math.min(from + length, Math.max(from, v));
      move(state, ...state.scatter.toData(
        within(e.clientX - box.left, area.x, area.width), within(e.clientY - box.top, area.y, area.height)));
    };
    marker.addEventListener("pointerdown", e => marker.setPointerCapture(e.pointerId));
    marker.addEventListener("pointermove", e => { if (marker.hasPointerCapture(e.pointerId)) to(e); });
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    marker.addEventListener("keydown", e => {
      const way = ways[e.key];
      if (!way || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      // A fiftieth of what is visible, or a tenth with Shift.
      const area = state.scatter.area(), step = Step * (e.shiftKey ? Long : 1);
      const [left, bottom] = state.scatter.toData(area.x, area.y + area.height);
      const [right, top] = state.scatter.toData(area.x + area.width, area.y);
      move(state, state.at[0] + way[0] * step * (right - left), state.at[1] + way[1] * step * (top - bottom));
    });
    return marker;
  }

  function move(state, x, y) {
    state.at = [x, y];
    arrange(state);
    state.ask(x, y);
  }

  // The marker stays within the axes, so that it can be reached when its place is out of sight.
  function arrange(state) {
    const area = state.scatter.area();
    const put = (element, at, keep) => {
      const [x, y] = state.scatter.toPixels(...at);
      const left = Math.min(area.x + area.width, Math.max(area.x, x));
      const top = Math.min(area.y + area.height, Math.max(area.y, y));
      element.hidden = !keep && (left !== x || top !== y);
      element.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    };
    put(state.marker, state.at, true);
    for (const mark of state.marks) put(mark.element, mark.at, false);
    const words = `${text(state.at[0])}, ${text(state.at[1])}`;
    if (state.words === words) return;
    state.words = words;
    state.place.textContent = words;
    state.marker.setAttribute("aria-label", `Marker at ${words}; arrow keys move it`);
  }

  /** Puts letters on the map, and moves the marker if it is told where to. */
  function mark(root, marks, at) {
    const state = root.elboMap;
    if (!state?.marker) return;
    for (const old of state.marks) old.element.remove();
    state.marks = marks.map(({ name, at }) => {
      const element = document.createElement("span");
      element.className = "explore-letter";
      element.textContent = name;
      state.view.append(element);
      return { element, at };
    });
    if (at) state.at = at;
    move(state, ...state.at);
  }

  // ---- a sequence of pictures
  async function player(root, path) {
    const host = root?.querySelector(".explore-player");
    if (!host) return;
    host.innerHTML = await fetchPart(path);
    elboPlayer(host.firstElementChild);
  }

  // ---- sliders
  function sliders(root, page) {
    const state = { code: new Float32Array(0) };
    state.ask = decoder(root.querySelector(".explore-decoded"), bytes => page.invokeMethodAsync("Decode", bytes));
    root.elboSliders = state;
    root.addEventListener("input", e => {
      const slider = e.target.closest("input[data-dimension]");
      if (!slider) return;
      state.code[Number(slider.dataset.dimension)] = Number(slider.value);
      slider.parentElement.querySelector("output").textContent = text(Number(slider.value));
      decode(state);
    });
  }

  const decode = state => state.ask(new Uint8Array(state.code.slice().buffer));

  /** Sets all sliders to a code, or fills in those that are new. */
  function start(root, bytes) {
    const state = root?.elboSliders;
    if (!state) return;
    if (bytes) state.code = new Float32Array(bytes.slice().buffer);
    for (const slider of root.querySelectorAll("input[data-dimension]")) {
      const value = state.code[Number(slider.dataset.dimension)];
      slider.value = value;
      slider.parentElement.querySelector("output").textContent = text(value);
    }
    if (bytes) decode(state);
  }

  return { map, drop, mark, player, sliders, start };
})();
