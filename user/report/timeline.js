/*
 * The timeline of the page: draws of each row what passes the filters, as track.c draws all, tells
 * of the column that is pointed at, and finds what is picked. The whole stays behind it, pale.
 */
"use strict";

/* index: the pack of that name; each incident has a lane, a bin and a standing. */
function open_timeline(section, index, standings) {
  const BINS = 120; // as TRACK_BINS
  const [BAD, GOOD, UNKNOWN] = [0, 1, 2];
  const rows = [...section.querySelectorAll("[data-lanes]")].map(find_row);
  const tip = section.querySelector("#tip");

  function find_row(element) {
    const [first, end] = element.dataset.lanes.split("-").map(Number);
    const track = element.querySelector("svg");
    const button = element.querySelector("button");
    const paths = ["bad", "good", "unknown"].map((name) => track.querySelector(`.${name}`));
    const whole = paths.map((path) => path.getAttribute("d")).join("");
    track.querySelector(".ticks").insertAdjacentHTML("afterend", '<path class="pale"/>');
    track.querySelector(".pale").setAttribute("d", whole);
    button.disabled = false;
    return { element, button, name: button.title, first, end, track, paths, bins: new Uint16Array(3 * BINS) };
  }

  /* ---- what is drawn ---- */

  function bin_of(time) {
    return time === null ? null : Math.min(BINS - 1, Math.floor((time - index.begin) / index.bin));
  }

  function count_bins(found) {
    const of = index.lanes.map((_, i) => rows.filter(({ first, end }) => first <= i && i < end));
    for (const { bins } of rows) bins.fill(0);
    for (const number of found) {
      const { lane, time, standing } = index.incidents[number];
      const bin = bin_of(time);
      if (bin !== null) for (const { bins } of of[lane]) bins[3 * bin + standing]++;
    }
  }

  /* From here on as in track.c, to the letter. */
  function height_of(n) {
    return n ? 7 + 1.25 * Math.min(5, 31 - Math.clz32(n)) : 0;
  }

  function column(left, wide, from, to) {
    return `M${left} ${from}V${to}h${wide}V${from}z`;
  }

  function draw_row({ paths, bins }) {
    const d = ["", "", ""];
    for (let bin = 0; bin < BINS; bin++) {
      const [bad, good, unknown] = bins.subarray(3 * bin, 3 * bin + 3);
      const high = height_of(bad);
      const all = Math.max(height_of(bad + unknown), high + 2);
      if (bad) d[BAD] += column(bin + 0.1, 0.8, 16 - high, 16);
      if (good) d[GOOD] += column(bin + 0.1, 0.8, 16, 16 + height_of(good));
      if (unknown) d[UNKNOWN] += column(bin + 0.35, 0.3, 16 - all, 16 - high);
    }
    paths.forEach((path, standing) => path.setAttribute("d", d[standing]));
  }

  /* found: numbers of the incidents that pass; picked: a row or null. */
  function draw(found, picked) {
    count_bins(found);
    for (const row of rows) {
      draw_row(row);
      row.element.classList.toggle("off", !row.bins.some(Boolean));
      row.button.setAttribute("aria-pressed", String(row === picked));
    }
  }

  /* ---- what is pointed at ---- */

  /* The bin nearest to the pointer of those that have something: fingers are wide. */
  function bin_at({ track, bins }, event) {
    const box = track.getBoundingClientRect();
    const bin = Math.floor((BINS * (event.clientX - box.left)) / box.width);
    const near = [bin, bin - 1, bin + 1, bin - 2, bin + 2];
    return near.find((b) => b >= 0 && b < BINS && bins.subarray(3 * b, 3 * b + 3).some(Boolean));
  }

  /* A row by its name, or a column of it, from and to when; null: neither. */
  function pick(event) {
    const row = rows.find(({ element }) => element === event.target.closest("[data-lanes]"));
    if (row && event.target.closest("button")) return { row, column: null };
    const bin = row && event.target.closest(".track") ? bin_at(row, event) : undefined;
    if (bin === undefined) return null;
    const from = index.begin + bin * index.bin;
    return { row, column: { bin, from, to: from + index.bin } };
  }

  function words_of(ms) {
    return new Date(ms).toISOString().slice(0, index.bin < 60_000 ? 19 : 16).replace("T", " ");
  }

  function show_tip(event) {
    const { row, column } = pick(event) || {};
    tip.hidden = !column;
    if (!column) return;
    const counts = [...row.bins.subarray(3 * column.bin, 3 * column.bin + 3)];
    const words = counts.map((n, standing) => n && `${n.toLocaleString("en")} ${standings[standing]}`);
    const when = `${words_of(column.from)} to ${words_of(column.to)}`;
    tip.textContent = `${words.filter(Boolean).join(", ")}: ${when}`;
    const box = section.getBoundingClientRect();
    const left = event.clientX - box.left - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(0, Math.min(box.width - tip.offsetWidth, left))}px`;
    tip.style.top = `${row.track.getBoundingClientRect().bottom - box.top + 2}px`;
  }

  section.addEventListener("pointermove", show_tip);
  section.addEventListener("pointerleave", () => (tip.hidden = true));
  return { draw, pick };
}

