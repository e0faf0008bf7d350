"use strict";
// Draws the scatter of one <figure class="elbo-scatter">; its element .elbo-data holds the points.
function elboScatter(root) {
  const find = name => root.querySelector(".elbo-" + name);
  const data = JSON.parse(find("data").textContent);
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer;
  const dims = data.dimensions, flat = dims === 2;
  const points = new Float32Array(bytes(data.points)), count = points.length / dims;
  const classes = data.classes ? new Int16Array(bytes(data.classes)) : new Int16Array(count);
  const canvas = find("plot"), paint = canvas.getContext("2d");
  const tip = find("tip"), words = find("words"), picture = find("image");
  const darkMode = matchMedia("(prefers-color-scheme: dark)"), page = document.documentElement;
  // A page with a switch for dark mode says what it shows; others follow the system.
  const isDark = () => page.dataset.theme ? page.dataset.theme === "dark" : darkMode.matches;
  const end = new AbortController();
  const Pad = { left: 58, right: 14, top: 12, bottom: 46 }, MouseReach = 12, FingerReach = 24;

  // ---- classes: class c is kinds[c + 1], points without a class are kinds[0]
  const kinds = [data.unclassified, ...data.legend].map(kind => ({
    ...kind, shown: true, count: 0, sprite: document.createElement("canvas"),
  }));
  const finite = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    finite[i] = 1;
    for (let d = 0; d < dims; d++) if (!Number.isFinite(points[i * dims + d])) finite[i] = 0;
    kinds[classes[i] + 1].count++;
  }
  const visible = i => finite[i] === 1 && kinds[classes[i] + 1].shown;

  // A fixed shuffle: no class hides the others by coming last, and the same file looks the same every time.
  const order = new Uint32Array(count);
  let seed = 1;
  for (let i = 0; i < count; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = Math.floor(seed / 4294967296 * (i + 1));
    order[i] = order[j];
    order[j] = i;
  }

  // ---- limits of the data
  const low = data.low || new Array(dims).fill(Infinity), high = data.high || new Array(dims).fill(-Infinity);
  for (let i = 0; i < count; i++) if (finite[i]) for (let d = 0; d < dims; d++) {
    low[d] = Math.min(low[d], points[i * dims + d]);
    high[d] = Math.max(high[d], points[i * dims + d]);
  }
  for (let d = 0; d < dims; d++) if (!(low[d] <= high[d])) [low[d], high[d]] = [-1, 1];
  const middle = low.map((l, d) => (l + high[d]) / 2);
  // Coordinates that have collapsed are shown at the scale of the prior; one value alone gets room on either side.
  for (let d = 0; d < dims; d++) {
    const span = data.spans[d] || (high[d] > low[d] ? 0 : 2);
    if (span > 0) [low[d], high[d]] = [middle[d] - span / 2, middle[d] + span / 2];
  }
  const half = Math.max(1e-6, ...low.map((l, d) => (high[d] - l) / 2)) * 1.04;

  // ---- the view: everything that the user moves
  const view = { x: 0, y: 0, zoom: 1, azimuth: 0, elevation: 0 };
  let width = 0, height = 0, ratio = 1, color = {}, chosen = -1, scheduled = false;
  const px = new Float32Array(count), py = new Float32Array(count), depth = new Float32Array(count);
  let sequence = order;

  function reset() {
    const degree = Math.PI / 180;
    Object.assign(view, { x: middle[0], y: middle[1], zoom: 1, azimuth: -60 * degree, elevation: 25 * degree });
    request();
  }

  const layer = { canvas: document.createElement("canvas"), stale: true, x: 0, y: 0 };
  function request(movesOnly = false) {
    grid.stale = true;
    if (!movesOnly) layer.stale = true;
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => { scheduled = false; draw(); });
  }

  // ---- from data to pixels
  const area = () => ({
    x: Pad.left, y: Pad.top,
    width: Math.max(20, width - Pad.left - Pad.right), height: Math.max(20, height - Pad.top - Pad.bottom),
  });

  // Pixels for one unit of each axis: the points fill the frame in both directions.
  function scale2(box) {
    const along = (length, d) => view.zoom * length / ((high[d] - low[d]) * 1.08);
    return [along(box.width, 0), along(box.height, 1)];
  }

  function project2() {
    const box = area(), [sx, sy] = scale2(box), cx = box.x + box.width / 2, cy = box.y + box.height / 2;
    for (let i = 0; i < count; i++) {
      px[i] = cx + (points[2 * i] - view.x) * sx;
      py[i] = cy - (points[2 * i + 1] - view.y) * sy;
    }
  }

  // A camera at a distance of Eye half-sides of the box, which is a cube: one unit is equally long in all directions.
  const Eye = 6;
  function camera() {
    const sa = Math.sin(view.azimuth), ca = Math.cos(view.azimuth);
    const se = Math.sin(view.elevation), ce = Math.cos(view.elevation);
    const size = Math.min(width, height) / 3.7 * view.zoom, cx = width / 2, cy = height / 2;
    return (x, y, z) => {
      const toward = ce * ca * x + ce * sa * y + se * z, f = size * Eye / Math.max(0.5, Eye - toward);
      return [cx + f * (ca * y - sa * x), cy - f * (ce * z - se * ca * x - se * sa * y), toward];
    };
  }

  function project3() {
    const at = camera();
    for (let i = 0; i < count; i++) {
      const [x, y, z] = middle.map((m, d) => (points[3 * i + d] - m) / half);
      [px[i], py[i], depth[i]] = at(x, y, z);
    }
    sequence = byDepth();
  }

  // Counting sort into slices from the back to the front: √3 half-sides is as far from the middle as a corner lies.
  function byDepth() {
    const slices = 512, starts = new Uint32Array(slices + 1);
    const slice = new Uint16Array(count), sorted = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      slice[i] = Math.min(slices - 1, Math.max(0, (depth[i] / 1.7321 + 1) / 2 * slices)) || 0;
      starts[slice[i] + 1]++;
    }
    for (let s = 0; s < slices; s++) starts[s + 1] += starts[s];
    for (const i of order) sorted[starts[slice[i]]++] = i;
    return sorted;
  }

  // ---- drawing
  function colors() {
    const style = getComputedStyle(root);
    for (const name of ["ink", "soft", "line", "frame", "ground"])
      color[name] = style.getPropertyValue("--" + name).trim();
    const size = Math.min(9, Math.max(4, 13 * Math.pow(Math.max(count, 1), -0.12)));
    for (const kind of kinds) {
      stamp(kind.sprite, kind, size * ratio, 0.85);
      if (kind.key) stamp(kind.key, kind, 10 * ratio, 1);
    }
  }

  function stamp(target, kind, size, opacity) {
    const side = Math.ceil(size * 1.5) + 2;
    target.width = target.height = side;
    const to = target.getContext("2d");
    to.translate(side / 2, side / 2);
    to.globalAlpha = opacity;
    to.fillStyle = isDark() ? kind.dark : kind.light;
    to.beginPath();
    if (kind.outline.length === 0) to.arc(0, 0, size / 2, 0, 7);
    else for (let k = 0; k < kind.outline.length; k += 2) to.lineTo(kind.outline[k] * size, kind.outline[k + 1] * size);
    to.fill();
  }

  function draw() {
    if (width === 0) return;
    paint.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint.clearRect(0, 0, width, height);
    paint.font = "12px system-ui, sans-serif";
    paint.lineWidth = 1;
    if (flat) draw2(); else draw3();
    if (chosen >= 0) {
      if (visible(chosen)) placeTip(); else choose(-1);
    }
    root.dispatchEvent(new CustomEvent("elbo-draw"));
  }

  function drawPoints() {
    if (flat) drawLayer();
    else
      for (const i of sequence) {
        if (!visible(i)) continue;
        const sprite = kinds[classes[i] + 1].sprite, side = sprite.width / ratio * (1 + 0.25 * depth[i]);
        paint.drawImage(sprite, px[i] - side / 2, py[i] - side / 2, side, side);
      }
    drawChosen();
  }

  // Points of a plane move together: they are drawn on a layer of twice the width and height, which then moves alone
  // until it no longer covers the view. Places are whole pixels, where the browser copies instead of interpolating.
  function drawLayer() {
    const [sx, sy] = scale2(area());
    const shift = () => [(layer.x - view.x) * sx * ratio, (view.y - layer.y) * sy * ratio].map(Math.round);
    const { canvas: sheet } = layer, marginX = Math.ceil(canvas.width / 2), marginY = Math.ceil(canvas.height / 2);
    if (layer.stale || Math.abs(shift()[0]) > marginX || Math.abs(shift()[1]) > marginY) {
      Object.assign(layer, { stale: false, x: view.x, y: view.y });
      [sheet.width, sheet.height] = [canvas.width + 2 * marginX, canvas.height + 2 * marginY];
      const to = sheet.getContext("2d");
      for (const i of sequence) {
        const left = px[i] * ratio + marginX, top = py[i] * ratio + marginY;
        if (!visible(i) || left < 0 || top < 0 || left > sheet.width || top > sheet.height) continue;
        const { sprite } = kinds[classes[i] + 1];
        to.drawImage(sprite, Math.round(left - sprite.width / 2), Math.round(top - sprite.height / 2));
      }
    }
    const [dx, dy] = shift();
    paint.drawImage(sheet, (dx - marginX) / ratio, (dy - marginY) / ratio, sheet.width / ratio, sheet.height / ratio);
  }

  function drawChosen() {
    if (chosen < 0 || !visible(chosen)) return;
    paint.strokeStyle = color.ink;
    paint.lineWidth = 2;
    paint.beginPath();
    paint.arc(px[chosen], py[chosen], 7, 0, 7);
    paint.stroke();
    paint.lineWidth = 1;
  }

  function draw2() {
    const box = area(), [sx, sy] = scale2(box);
    project2();
    // Long axes have a tick at least every 78 pixels, short ones about six.
    const apart = length => Math.min(78, Math.max(40, length / 6));
    const stepX = niceStep(apart(box.width) / sx), stepY = niceStep(apart(box.height) / sy);
    const x0 = view.x - box.width / 2 / sx, y0 = view.y - box.height / 2 / sy;
    const xs = multiples(x0, x0 + box.width / sx, stepX), ys = multiples(y0, y0 + box.height / sy, stepY);
    const toX = v => box.x + (v - x0) * sx, toY = v => box.y + box.height - (v - y0) * sy;
    paint.strokeStyle = color.line;
    for (const v of xs) line(toX(v), box.y, toX(v), box.y + box.height);
    for (const v of ys) line(box.x, toY(v), box.x + box.width, toY(v));
    paint.save();
    paint.beginPath();
    paint.rect(box.x, box.y, box.width, box.height);
    paint.clip();
    drawPoints();
    paint.restore();
    paint.strokeStyle = color.frame;
    paint.strokeRect(box.x, box.y, box.width, box.height);
    paint.fillStyle = color.soft;
    for (const v of xs) write(label(v, stepX), toX(v), box.y + box.height + 14, "center");
    for (const v of ys) write(label(v, stepY), box.x - 7, toY(v), "right");
    paint.fillStyle = color.ink;
    write(data.axes[0], box.x + box.width / 2, height - 12, "center", box.width);
    paint.save();
    paint.translate(12, box.y + box.height / 2);
    paint.rotate(-Math.PI / 2);
    write(data.axes[1], 0, 0, "center", box.height);
    paint.restore();
  }

  function draw3() {
    project3();
    const at = camera(), step = niceStep(2 * half / 5);
    const ticks = middle.map(m => multiples(m - half, m + half, step));
    const place = (values) => at(...values);
    // Of each pair of faces the one turned away from the eye carries the grid. A face is turned to the eye where the
    // eye is beyond its plane.
    const out = Eye * Math.cos(view.elevation);
    const eye = [out * Math.cos(view.azimuth), out * Math.sin(view.azimuth), Eye * Math.sin(view.elevation)];
    const facing = (axis, sign) => sign * eye[axis] > 1;
    const back = eye.map(e => e > 0 ? -1 : 1);
    paint.strokeStyle = color.line;
    for (let axis = 0; axis < 3; axis++) for (const other of [0, 1, 2].filter(a => a !== axis))
      for (const v of ticks[other]) {
        const a = [0, 0, 0];
        a[axis] = back[axis];
        a[other] = (v - middle[other]) / half;
        const b = a.slice(), along = 3 - axis - other;
        a[along] = -1;
        b[along] = 1;
        segment(place(a), place(b));
      }
    for (let axis = 0; axis < 3; axis++) drawEdges(axis, place, facing, back, ticks[axis], step);
    drawPoints();
  }

  // The edges along one axis: all but those in front are drawn, and one on the outline carries ticks and the name of
  // the axis.
  function drawEdges(axis, place, facing, back, ticks, step) {
    const [b, c] = [0, 1, 2].filter(a => a !== axis), outline = [];
    for (const sb of [-1, 1]) for (const sc of [-1, 1]) {
      const end = sign => { const p = [0, 0, 0]; p[axis] = sign; p[b] = sb; p[c] = sc; return p; };
      if (facing(b, sb) && facing(c, sc)) continue;
      paint.strokeStyle = color.frame;
      segment(place(end(-1)), place(end(1)));
      if ((back[b] === sb) !== (back[c] === sc)) outline.push(end);
    }
    if (outline.length === 0) return;
    const rank = end => { const m = place(end(0)); return axis === 2 ? m[0] : -m[1]; };
    const best = outline.reduce((p, q) => rank(q) < rank(p) ? q : p), m = place(best(0));
    const first = place(best(-1)), last = place(best(1));
    const long = Math.hypot(last[0] - first[0], last[1] - first[1]) || 1;
    const normal = [(last[1] - first[1]) / long, (first[0] - last[0]) / long];
    const side = Math.sign(normal[0] * (m[0] - width / 2) + normal[1] * (m[1] - height / 2)) || 1;
    const dx = normal[0] * side, dy = normal[1] * side;
    const most = Math.max(1, Math.floor(long / 26)), every = Math.ceil(ticks.length / most);
    paint.strokeStyle = color.frame;
    ticks.forEach((v, k) => {
      if (k % every !== 0) return;
      const p = best((v - middle[axis]) / half), q = place(p);
      line(q[0], q[1], q[0] + 5 * dx, q[1] + 5 * dy);
      paint.fillStyle = color.soft;
      write(label(v, step), q[0] + 17 * dx, q[1] + 15 * dy, "center");
    });
    paint.fillStyle = color.ink;
    write(data.axes[axis], m[0] + 40 * dx, m[1] + 36 * dy, "center");
  }

  const segment = (p, q) => line(p[0], p[1], q[0], q[1]);

  function line(x1, y1, x2, y2) {
    paint.beginPath();
    paint.moveTo(x1, y1);
    paint.lineTo(x2, y2);
    paint.stroke();
  }

  function write(text, x, y, align, most) {
    paint.textAlign = align;
    paint.textBaseline = "middle";
    paint.fillText(text, x, y, most);
  }

  // ---- ticks at multiples of 1, 2 or 5 times a power of ten
  function niceStep(least) {
    const power = Math.pow(10, Math.floor(Math.log10(least)));
    return power * ([1, 2, 5].find(f => f * power >= least * (1 - 1e-9)) || 10);
  }

  function multiples(from, to, step) {
    const all = [];
    for (let k = Math.ceil(from / step - 1e-6); k <= to / step + 1e-6; k++) all.push(k * step);
    return all;
  }

  function label(v, step) {
    const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step * (1 + 1e-9)))));
    return v.toFixed(decimals).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "\u2212");
  }

  // ---- which point is near a place: visible points sorted into square cells of the screen
  const grid = { stale: true, cell: 24, columns: 0, rows: 0, starts: null, members: null };

  function sortIntoCells() {
    grid.columns = Math.ceil(width / grid.cell) + 1;
    grid.rows = Math.ceil(height / grid.cell) + 1;
    grid.starts = new Uint32Array(grid.columns * grid.rows + 1);
    const cells = new Int32Array(count).fill(-1);
    for (let i = 0; i < count; i++) {
      if (!visible(i) || !(px[i] >= 0 && py[i] >= 0 && px[i] <= width && py[i] <= height)) continue;
      cells[i] = Math.floor(py[i] / grid.cell) * grid.columns + Math.floor(px[i] / grid.cell);
      grid.starts[cells[i] + 1]++;
    }
    for (let c = 0; c < grid.starts.length - 1; c++) grid.starts[c + 1] += grid.starts[c];
    grid.members = new Uint32Array(grid.starts[grid.starts.length - 1]);
    const next = grid.starts.slice();
    for (let i = 0; i < count; i++) if (cells[i] >= 0) grid.members[next[cells[i]]++] = i;
    grid.stale = false;
  }

  function nearest(x, y, reach) {
    if (grid.stale) sortIntoCells();
    let best = -1, least = reach * reach;
    const from = v => Math.max(0, Math.floor((v - reach) / grid.cell));
    const to = (v, cells) => Math.min(cells - 1, Math.floor((v + reach) / grid.cell));
    for (let row = from(y); row <= to(y, grid.rows); row++)
      for (let column = from(x); column <= to(x, grid.columns); column++) {
        const cell = row * grid.columns + column;
        for (let k = grid.starts[cell]; k < grid.starts[cell + 1]; k++) {
          const i = grid.members[k], d = (px[i] - x) ** 2 + (py[i] - y) ** 2;
          if (d < least || (d === least && !flat && best >= 0 && depth[i] > depth[best])) [best, least] = [i, d];
        }
      }
    return best;
  }

  // ---- the note beside a point
  const sheet = data.images ? new Image() : null;
  if (sheet) {
    sheet.onload = () => { if (chosen >= 0) showImage(); };
    sheet.src = data.images.source;
  }

  function choose(i) {
    if (i === chosen) return;
    chosen = i;
    tip.hidden = i < 0;
    if (i >= 0) {
      describe();
      showImage();
    }
    request(true);
  }

  function describe() {
    const digits = d => data.spans[d] > 0 ? 6 : 2;
    const where = Array.from({ length: dims }, (_, d) => points[chosen * dims + d].toFixed(digits(d)));
    const kind = data.classes ? "\n" + data.legendTitle + " " + kinds[classes[chosen] + 1].name : "";
    const index = data.indices ? data.indices[chosen] : chosen;
    words.textContent = "index " + index + kind + "\n(" + where.join(", ").replaceAll("-", "\u2212") + ")";
  }

  // Whoever listens to the note hears of places where points stay, not of those on the way.
  function move(fill, stays) {
    fill(points);
    if (stays && chosen >= 0) describe();
    request();
  }

  function showImage() {
    picture.hidden = !sheet || chosen >= data.images.count;
    if (picture.hidden || !sheet.complete) return;
    const { columns, width: w, height: h } = data.images, factor = Math.max(1, Math.floor(96 / Math.max(w, h)));
    const left = chosen % columns * w, top = Math.floor(chosen / columns) * h;
    [picture.width, picture.height] = [w, h];
    [picture.style.width, picture.style.height] = [w * factor + "px", h * factor + "px"];
    picture.getContext("2d").drawImage(sheet, left, top, w, h, 0, 0, w, h);
  }

  function placeTip() {
    const gap = 14, w = tip.offsetWidth, h = tip.offsetHeight, x = px[chosen], y = py[chosen];
    const left = x + gap + w <= width ? x + gap : Math.max(0, x - gap - w);
    const top = Math.min(Math.max(0, y - h / 2), Math.max(0, height - h));
    tip.style.transform = "translate(" + Math.round(left) + "px," + Math.round(top) + "px)";
  }

  // ---- mouse, pen and fingers
  const pointers = new Map();
  let moved = 0;
  const here = e => { const box = canvas.getBoundingClientRect(); return [e.clientX - box.left, e.clientY - box.top]; };

  function zoomAt(x, y, factor) {
    const zoom = Math.min(200, Math.max(0.3, view.zoom * factor));
    if (flat) {
      // What lies under the pointer stays there.
      const box = area(), dx = x - box.x - box.width / 2, dy = y - box.y - box.height / 2;
      const before = scale2(box);
      view.zoom = zoom;
      const after = scale2(box);
      view.x += dx / before[0] - dx / after[0];
      view.y -= dy / before[1] - dy / after[1];
    } else view.zoom = Math.min(8, zoom);
    request();
  }

  function drag(dx, dy) {
    if (flat) {
      const [sx, sy] = scale2(area());
      view.x -= dx / sx;
      view.y += dy / sy;
    } else {
      view.azimuth -= dx * 0.008;
      view.elevation = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, view.elevation + dy * 0.008));
    }
    request(flat);
  }

  // Whoever scrolls past with wheel or finger means the page; whoever has pressed the plot means the plot, until the
  // mouse leaves it or another place is pressed.
  let active = false;
  function activate(on) {
    active = on;
    canvas.classList.toggle("elbo-active", on);
  }

  canvas.addEventListener("pointerdown", e => {
    canvas.setPointerCapture(e.pointerId);
    if (e.pointerType === "mouse") activate(true);
    pointers.set(e.pointerId, here(e));
    moved = pointers.size > 1 ? Infinity : 0;
  });

  canvas.addEventListener("pointermove", e => {
    const now = here(e), before = pointers.get(e.pointerId);
    if (!before) {
      if (e.pointerType === "mouse") choose(nearest(...now, MouseReach));
      return;
    }
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    moved += Math.hypot(dx, dy);
    if (pointers.size === 1) {
      drag(dx, dy);
    } else {
      const other = [...pointers].find(([id]) => id !== e.pointerId)[1];
      const apart = p => Math.hypot(p[0] - other[0], p[1] - other[1]);
      const center = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
      if (apart(before) > 0) zoomAt(...center, apart(now) / apart(before));
      if (flat) drag(dx / 2, dy / 2);
    }
    pointers.set(e.pointerId, now);
  });

  function release(e) {
    if (!pointers.delete(e.pointerId) || e.type !== "pointerup" || moved >= 8) return;
    activate(true);
    choose(nearest(...here(e), e.pointerType === "mouse" ? MouseReach : FingerReach));
    pick();
  }

  // Scripts of the page around it may do something with a point that is pressed.
  function pick() {
    if (chosen >= 0) root.dispatchEvent(new CustomEvent("elbo-pick", { detail: chosen }));
  }
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", e => {
    if (e.pointerType !== "mouse" || pointers.size > 0) return;
    activate(false);
    choose(-1);
  });
  document.addEventListener("pointerdown", e => { if (e.target !== canvas) activate(false); }, { signal: end.signal });
  canvas.addEventListener("wheel", e => {
    if (!active && !e.ctrlKey && !e.metaKey) return;
    e.preventDefault();
    // Browsers tell of two fingers on a touch pad as of a wheel with Ctrl, in much smaller steps.
    const small = 0.01 * Math.max(-15, Math.min(15, e.deltaY));
    const turn = e.deltaMode === 1 ? 0.05 * e.deltaY : e.ctrlKey ? small : 0.0015 * e.deltaY;
    zoomAt(...here(e), Math.exp(-turn));
  }, { passive: false });

  // ---- keyboard
  function step(by) {
    for (let k = 1, i = chosen; k <= count; k++) {
      i = (i + by + count) % count;
      if (i < 0) i += count;
      if (visible(i)) return choose(i);
    }
  }

  const zoomIn = factor => zoomAt(width / 2, height / 2, factor);
  const keys = {
    ArrowLeft: () => drag(30, 0), ArrowRight: () => drag(-30, 0),
    ArrowUp: () => drag(0, 30), ArrowDown: () => drag(0, -30),
    "+": () => zoomIn(1.25), "=": () => zoomIn(1.25), "-": () => zoomIn(0.8), "0": reset,
    n: () => step(1), p: () => step(-1), Escape: () => choose(-1), Enter: pick,
  };
  canvas.addEventListener("keydown", e => {
    if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    keys[e.key]();
  });
  find("reset").addEventListener("click", reset);

  // ---- legend: a click hides or shows a class; a double click, or one with Shift, shows it alone, and again all
  const entries = data.classes ? [...kinds.slice(1), ...(kinds[0].count > 0 ? [kinds[0]] : [])] : [];

  function addEntry(kind) {
    const name = document.createElement("span");
    kind.key = document.createElement("canvas");
    kind.key.setAttribute("aria-hidden", "true");
    kind.button = document.createElement("button");
    kind.button.type = "button";
    name.textContent = kind.name;
    kind.button.title = kind.count.toLocaleString("en") + (kind.count === 1 ? " point" : " points");
    kind.button.append(kind.key, name);
    kind.button.addEventListener("click", e => {
      // The first click of two has toggled the class already.
      if (e.detail === 2) kind.shown = !kind.shown;
      if (e.detail === 2 || e.shiftKey) isolate(kind);
      else kind.shown = !kind.shown;
      showEntries();
    });
    find("legend").append(kind.button);
  }

  function isolate(kind) {
    const alone = kind.shown && entries.every(other => other === kind || !other.shown);
    for (const other of entries) other.shown = alone || other === kind;
  }

  function showEntries() {
    for (const kind of entries) kind.button.setAttribute("aria-pressed", String(kind.shown));
    request();
  }
  entries.forEach(addEntry);
  showEntries();

  // ---- size and colours
  function resize() {
    [width, height, ratio] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    colors();
    request();
  }
  const recolour = () => { colors(); request(); };
  const size = new ResizeObserver(resize), theme = new MutationObserver(recolour);
  size.observe(canvas);
  theme.observe(page, { attributeFilter: ["data-theme"] });
  darkMode.addEventListener("change", recolour, { signal: end.signal });
  function dispose() {
    end.abort();
    size.disconnect();
    theme.disconnect();
  }
  resize();
  reset();

  // Of two dimensions: from coordinates to CSS pixels of the canvas and back.
  function toPixels(x, y) {
    const box = area(), [sx, sy] = scale2(box);
    return [box.x + box.width / 2 + (x - view.x) * sx, box.y + box.height / 2 - (y - view.y) * sy];
  }

  function toData(left, top) {
    const box = area(), [sx, sy] = scale2(box);
    return [view.x + (left - box.x - box.width / 2) / sx, view.y - (top - box.y - box.height / 2) / sy];
  }

  /**
   * For scripts of the page around it: a point's place in the canvas in CSS pixels, whether it is shown, the view. The
   * element has the events elbo-draw, after each drawing, and elbo-pick, with the point that was pressed.
   */
  root.elboScatter = {
    count, place: i => [px[i], py[i]], visible, view, choose, move, area, toPixels, toData, dispose,
  };
}
