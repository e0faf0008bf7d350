"use strict";
// Plays the images of one <figure class="elbo-player">; its element .elbo-data holds them as one sprite.
function elboPlayer(root) {
  const find = name => root.querySelector(".elbo-" + name);
  const data = JSON.parse(find("data").textContent);
  const canvas = find("frame"), paint = canvas.getContext("2d");
  const slider = find("slider"), button = find("play"), place = find("place");
  const title = canvas.getAttribute("aria-label");
  const Milliseconds = Math.max(40, 3000 / data.count);
  const sprite = new Image();
  let frame = 0, direction = 1, playing = false, last = 0;

  function show(i) {
    frame = Math.min(data.count - 1, Math.max(0, i));
    slider.value = frame;
    const share = Math.round(100 * frame / (data.count - 1));
    const words = `image ${frame + 1} of ${data.count}, ${share} % of the way`;
    slider.setAttribute("aria-valuetext", words);
    canvas.setAttribute("aria-label", `${title}: ${words}`);
    place.textContent = `${frame + 1} / ${data.count}`;
    if (sprite.complete)
      paint.drawImage(sprite, frame % data.columns * data.width, Math.floor(frame / data.columns) * data.height,
        data.width, data.height, 0, 0, data.width, data.height);
  }

  function tick(now) {
    if (!playing) return;
    if (now - last >= Milliseconds) {
      last = now;
      if (frame + direction < 0 || frame + direction >= data.count) direction = -direction;
      show(frame + direction);
    }
    requestAnimationFrame(tick);
  }

  function play(on) {
    playing = on;
    button.textContent = on ? "Stop" : "Play";
    if (on) requestAnimationFrame(tick);
  }

  button.addEventListener("click", () => play(!playing));
  slider.addEventListener("input", () => { play(false); show(Number(slider.value)); });
  // At the end of its range, a slider moves no further and reports no input.
  slider.addEventListener("pointerdown", () => play(false));
  slider.addEventListener("keydown", event => { if (/^(Arrow|Page|Home|End)/.test(event.key)) play(false); });
  // The button has the space bar by itself.
  root.addEventListener("keydown", event => {
    if (event.key !== " " || event.target === button) return;
    event.preventDefault();
    play(!playing);
  });
  sprite.addEventListener("load", () => show(frame));
  sprite.src = data.source;
  show(0);
  root.elboPlayer = { get frame() { return frame; }, get playing() { return playing; }, show };
}
