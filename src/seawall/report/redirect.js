"use strict";
// Moves the ships of the map: the same data, and the same steps, as the still picture of day 0.
(function () {
  const data = JSON.parse(document.getElementById("ship-data").textContent);
  const by = (id) => document.getElementById(id);
  const ACTIONS = ["go on", "divert", "swap", "delay", "buy", "wait", "ask"];
  const COLOURS = ["#5b6b7a", "#AA4499", "#0072B2", "#C77C00", "#00795A", "#5b6b7a", "#A63C06"];
  const CHANGED = new Set([1, 2, 3, 4]);
  const SVG = "http://www.w3.org/2000/svg";
  const point = (n) => [data.points[2 * n], data.points[2 * n + 1]];
  const far = (a, b) => Math.abs(a[0] - b[0]) > data.edge;

  function part(voyage, day) {
    const [, , depart, arrive, , , , , times] = voyage;
    if (day < depart || day > arrive) return null;
    const line = times || [[0, 0], [arrive - depart, 1000]];
    const after = day - depart;
    for (let k = 1; k < line.length; k += 1) {
      const [t0, p0] = line[k - 1], [t1, p1] = line[k];
      if (after <= t1) return t1 > t0 ? p0 + (p1 - p0) * (after - t0) / (t1 - t0) : p1;
    }
    return 1000;
  }
  function at(way, done) {
    const [numbers, behind] = data.ways[way];
    let k = behind.findIndex((mark, i) => i > 0 && mark >= done);
    if (k < 0) k = behind.length - 1;
    if (k < 1) return point(numbers[0]);
    const a = point(numbers[k - 1]), b = point(numbers[k]);
    const width = behind[k] - behind[k - 1];
    const share = width && !far(a, b) ? (done - behind[k - 1]) / width : 1;
    return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
  }
  function ahead(way, done) {
    const [numbers, behind] = data.ways[way];
    let last = at(way, done);
    let words = "M" + Math.round(last[0]) + " " + Math.round(last[1]);
    numbers.forEach((number, i) => {
      if (behind[i] <= done) return;
      const next = point(number);
      words += (far(next, last) ? "M" : "L") + next[0] + " " + next[1];
      last = next;
    });
    return words;
  }
  function shape(kind, colour, d, title) {
    const made = document.createElementNS(SVG, "path");
    made.setAttribute("class", kind);
    made.setAttribute("stroke", colour);
    made.setAttribute("d", d);
    if (title) made.appendChild(document.createElementNS(SVG, "title")).textContent = title;
    return made;
  }
  function dateOf(day) {
    const date = new Date(data.first + "T00:00:00Z");
    date.setUTCDate(date.getUTCDate() + day);
    return date.toLocaleDateString("en-GB",
      {day: "numeric", month: "long", year: "numeric", timeZone: "UTC"});
  }
  function told(voyage) {
    const [name, , , , action, from, to] = voyage;
    const was = data.names[from], goal = data.names[to];
    const way = CHANGED.has(action) && was !== goal && was !== "–" ? goal + " (was: " + was + ")" : goal;
    return data.names[name] + ": " + (ACTIONS[action] === "buy" ? "bought, " : "") + "to " + way;
  }
  function passages(world, day) {
    const shut = [];
    for (const mark of document.querySelectorAll("#ship-map [data-passage]")) {
      const opens = data.worlds[world].reopens[mark.dataset.passage];
      const closed = opens === null || (opens !== undefined && day < opens);
      if (mark.tagName === "text") {
        mark.textContent = mark.textContent.replace(/: \w+$/, closed ? ": shut" : ": open");
        mark.setAttribute("fill", closed ? "#A63C06" : "#00684C");
        if (closed) shut.push(mark.textContent.replace(/: \w+$/, ""));
      } else {
        mark.setAttribute("class", closed ? "shut" : "opened");
      }
    }
    return [...new Set(shut)];
  }
  function draw() {
    const day = Number(by("ship-slider").value), world = Number(by("ship-world").value || 0);
    const set = data.voyages[by("ship-plan").value + " " + world] || [];
    const old = [], course = [], dots = [], moved = [], landed = [];
    let changed = 0;
    for (const voyage of set) {
      const done = part(voyage, day);
      if (done === null) continue;
      const [, way, , arrive, action, , , was] = voyage;
      const [x, y] = at(way, done);
      const other = CHANGED.has(action);
      const d = "M" + Math.round(x) + " " + Math.round(y) + "h0";
      (other ? moved : dots).push(
        shape(other ? "ship moved" : "ship", COLOURS[action], d, told(voyage)));
      if (other) {
        changed += 1;
        course.push(shape("course", COLOURS[action], ahead(way, done)));
        if (was >= 0) old.push(shape("old", COLOURS[action], ahead(was, 0)));
      }
      if (arrive === day && other) landed.push(told(voyage));
    }
    const count = dots.length + moved.length;
    by("ships").replaceChildren(...old, ...course, ...dots, ...moved);
    const shut = passages(world, day);
    const date = dateOf(day);
    by("ship-date").textContent = "day " + day + ", " + date;
    by("ship-slider").setAttribute("aria-valuetext", "day " + day + ", " + date);
    by("ship-day").textContent = "Day " + day + ", " + date + ": " + count + " laden ship" +
      (count === 1 ? "" : "s") + " under way, " + changed + " of them not as planned." +
      (shut.length ? " Shut: " + shut.join(", ") + "." : "");
    by("ship-landings").replaceChildren(...landed.map((words) => {
      const item = document.createElement("li");
      item.textContent = "Unloads today: " + words;
      return item;
    }));
  }
  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    by("ship-play").textContent = "Play";
  }
  by("ship-play").addEventListener("click", () => {
    if (timer !== null) { stop(); return; }
    by("ship-play").textContent = "Stop";
    const slider = by("ship-slider");
    if (slider.value === slider.max) slider.value = 0;
    timer = setInterval(() => {
      if (slider.value === slider.max) { stop(); return; }
      slider.value = Number(slider.value) + 1;
      draw();
    }, 300);
  });
  for (const id of ["ship-slider", "ship-plan", "ship-world"]) {
    by(id).addEventListener("input", draw);
  }
  by("ship-controls").addEventListener("submit", (event) => event.preventDefault());
  by("ship-controls").hidden = false;
  draw();
})();
