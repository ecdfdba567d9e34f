/*
 * Filters, pages and the theme. All HTML comes from oomtrace, escaped; what the filters ask for is
 * in the pack "index", what opens below a line in the packs "bodies-N": see packs.h.
 */
"use strict";

(() => {
  const SHOWN = 50; // lines at a time
  const BINS = 120; // of the timeline
  const VEIL = `<svg viewBox="0 0 ${BINS} 1" preserveAspectRatio="none"><path class="veil"/></svg>`;
  const STANDINGS = ["inconsistent", "consistent", "not judged"];
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const form = at("filters");
  const entries = at("entries");
  const made = new Map(); // number of an incident to its element
  const bodies = new Map(); // number of a pack to what is in it
  const local = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "long" });

  let index; // the pack
  let lanes = []; // of the timeline
  let found = []; // numbers of the incidents that pass, the newest first
  let page = 0;
  let lane = null; // the one that is asked for

  /* ---- data ---- */

  async function unpack(id) {
    const bytes = Uint8Array.from(atob(at(id).textContent), (c) => c.charCodeAt(0));
    const inflate = new DecompressionStream("deflate");
    const stream = new Blob([bytes]).stream().pipeThrough(inflate);
    return JSON.parse(await new Response(stream).text());
  }

  function name_fields(all) {
    return all.map(([time, laneOf, verdict, standing, words, line]) => ({
      time,
      lane: laneOf,
      verdict,
      standing,
      words: words.toLowerCase(),
      line,
      bin: Math.max(0, Math.min(BINS - 1, Math.floor((time - index.begin) / index.bin))),
    }));
  }

  async function load_body(details, number) {
    const pack = Math.floor(number / index.bodies);
    if (!bodies.has(pack)) bodies.set(pack, unpack(`bodies-${pack}`));
    const body = (await bodies.get(pack))[number % index.bodies];
    if (details.children.length === 1) details.insertAdjacentHTML("beforeend", body);
  }

  /* ---- the list ---- */

  function element_of(number) {
    let details = made.get(number);
    if (!details) {
      details = document.createElement("details");
      details.className = "incident";
      details.id = `incident-${number + 1}`;
      details.innerHTML = index.incidents[number].line;
      name_times(details);
      made.set(number, details);
    }
    return details;
  }

  function number_of(details) {
    return Number(details.id.slice("incident-".length)) - 1;
  }

  function name_times(element) {
    for (const time of element.getElementsByTagName("time"))
      time.title = `${local.format(new Date(time.dateTime))} where you are`;
  }

  function show_page(which) {
    const pages = Math.max(1, Math.ceil(found.length / SHOWN));
    page = Math.max(0, Math.min(which, pages - 1));
    entries.replaceChildren(...found.slice(page * SHOWN, (page + 1) * SHOWN).map(element_of));
    at("page").textContent = `page ${page + 1} of ${pages.toLocaleString("en")}`;
    at("newer").disabled = page === 0;
    at("older").disabled = page === pages - 1;
  }

  function say_found() {
    const all = index.incidents.length.toLocaleString("en");
    const n = found.length.toLocaleString("en");
    const text = n === all ? `${all} incidents, the newest first` : `${n} of ${all} incidents`;
    at("status").textContent = text;
  }

  /* ---- filters ---- */

  function number_in(field) {
    return form.elements[field].value === "" ? null : Number(form.elements[field].value);
  }

  /* The field is in UTC, which datetime-local does not know of. */
  function time_in(field) {
    const value = form.elements[field].value;
    return value === "" ? null : Date.parse(`${value}Z`);
  }

  function wanted() {
    const want = {
      words: form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean),
      verdict: number_in("verdict"),
      standing: number_in("standing"),
      node: number_in("node"),
      place: form.elements.place.value,
      since: time_in("since"),
      until: time_in("until"),
    };
    const places = index.lanes.map(
      ([node, place], i) =>
        (lane === null || lane === i) &&
        (want.node === null || want.node === node) &&
        (want.place === "" || want.place === place),
    );
    return (one) =>
      places[one.lane] &&
      (want.verdict === null || want.verdict === one.verdict) &&
      (want.standing === null || want.standing === one.standing) &&
      (want.since === null || (one.time !== null && one.time >= want.since)) &&
      (want.until === null || (one.time !== null && one.time < want.until + 1000)) &&
      want.words.every((word) => one.words.includes(word));
  }

  function filter() {
    const passes = wanted();
    found = [];
    for (let i = index.incidents.length - 1; i >= 0; i--)
      if (passes(index.incidents[i])) found.push(i);
    say_found();
    show_page(0);
    dim_timeline();
  }

  /* Each gets a veil over the marks of what does not pass: one element to be changed, not each mark. */
  function find_lanes() {
    return [...document.querySelectorAll("[data-lane]")].map((li) => {
      const track = li.querySelector("svg");
      const bins = [...track.querySelectorAll("[data-bin]")].map((rect) => Number(rect.dataset.bin));
      track.insertAdjacentHTML("beforeend", VEIL);
      const veil = track.querySelector(".veil");
      return { which: Number(li.dataset.lane), li, button: li.querySelector("button"), bins, veil };
    });
  }

  function dim_timeline() {
    const lit = new Uint8Array(index.lanes.length * BINS);
    for (const number of found) {
      const one = index.incidents[number];
      lit[one.lane * BINS + one.bin] = 1;
    }
    for (const { which, li, button, bins, veil } of lanes) {
      const dim = bins.filter((bin) => !lit[which * BINS + bin]);
      li.classList.toggle("off", dim.length === bins.length);
      button.setAttribute("aria-pressed", String(which === lane));
      veil.setAttribute("d", dim.map((bin) => `M${bin} 0h1v1h-1z`).join(""));
    }
  }

  function reset() {
    form.reset();
    lane = null;
    filter();
  }

  function add_options(field, names, value) {
    const seen = new Set();
    names.forEach((name, i) => {
      if (!seen.has(name)) form.elements[field].add(new Option(name, value(name, i)));
      seen.add(name);
    });
  }

  function set_time(field, ms) {
    form.elements[field].value = new Date(ms).toISOString().slice(0, 19);
  }

  /* A lane's name asks for the lane, a mark for its time as well. */
  function pick(event) {
    const li = event.target.closest("[data-lane]");
    const rect = event.target.closest("[data-bin]");
    if (!li || !(rect || event.target.closest("button"))) return;
    const which = Number(li.dataset.lane);
    lane = lane === which && !rect ? null : which;
    if (rect) {
      set_time("since", index.begin + rect.dataset.bin * index.bin);
      set_time("until", index.begin + (Number(rect.dataset.bin) + 1) * index.bin - 1);
    }
    filter();
  }

  /* ---- keys, links, theme ---- */

  function on_key(event) {
    const typing = event.target.matches("input, select");
    const open = event.target.closest("details[open]");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (event.key === "Escape") {
      reset();
    }
  }

  function follow_link() {
    const number = Number((/^#incident-(\d+)$/.exec(location.hash) || [])[1]) - 1;
    if (!(number >= 0 && number < index.incidents.length)) return;
    if (!found.includes(number)) reset();
    show_page(Math.floor(found.indexOf(number) / SHOWN));
    const details = element_of(number);
    details.open = true;
    details.scrollIntoView();
    details.querySelector("summary").focus();
  }

  function is_dark() {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    return (root.dataset.theme || system) === "dark";
  }

  function name_theme() {
    at("theme").textContent = is_dark() ? "Light" : "Dark";
  }

  function toggle_theme() {
    root.dataset.theme = is_dark() ? "light" : "dark";
    name_theme();
  }

  function open_all(open) {
    for (const details of entries.children) details.open = open;
  }

  /* ---- the beginning ---- */

  function on_toggle(event) {
    if (event.target.open && event.target.children.length === 1)
      load_body(event.target, number_of(event.target));
  }

  function listen() {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    at("reset").addEventListener("click", reset);
    at("newer").addEventListener("click", () => show_page(page - 1));
    at("older").addEventListener("click", () => show_page(page + 1));
    at("open").addEventListener("click", () => open_all(true));
    at("close").addEventListener("click", () => open_all(false));
    at("timeline").addEventListener("click", pick);
    entries.addEventListener("toggle", on_toggle, true);
    document.addEventListener("keydown", on_key);
    window.addEventListener("hashchange", follow_link);
  }

  async function begin() {
    name_theme();
    at("theme").hidden = false;
    at("theme").addEventListener("click", toggle_theme);
    name_times(document);
    index = await unpack("index");
    index.incidents = name_fields(index.incidents);
    for (const details of entries.children) made.set(number_of(details), details);
    add_options("node", index.nodes, (name, i) => i);
    add_options("verdict", index.verdicts, (name, i) => i);
    add_options("standing", STANDINGS, (name, i) => i);
    add_options("place", index.lanes.map((one) => one[1]), (name) => name);
    listen();
    lanes = find_lanes();
    for (const { button } of lanes) button.disabled = false;
    for (const hidden of document.querySelectorAll("#filters, .bar [hidden]")) hidden.hidden = false;
    at("older-note")?.remove();
    filter();
    follow_link();
    root.classList.add("enabled");
  }

  begin();
})();
