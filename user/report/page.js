/*
 * Filters, pages and the theme; the timeline is in timeline.js. All HTML comes from oomtrace, escaped;
 * what the filters ask for is in the pack "index", what opens below a line in the packs "bodies-N": see
 * packs.h.
 */
(() => {
  const SHOWN = 50; // lines at a time
  const LINE_PX = 40; // at least, of one
  const STANDINGS = ["inconsistent", "consistent", "not judged"];
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const form = at("filters");
  const entries = at("entries");
  const made = new Map(); // number of an incident to its element
  const bodies = new Map(); // number of a pack to what is in it
  const local = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "long" });

  let index; // the pack
  let timeline;
  let found = []; // numbers of the incidents that pass, the newest first
  let page = 0;
  let row = null; // the one that is asked for
  let rest = 0; // the frame that shows the rest of a page
  let asked = 0; // the frame that filters
  let drawn = 0; // the frame that draws the timeline

  /* ---- data ---- */

  async function unpack(id) {
    const bytes = Uint8Array.from(atob(at(id).textContent), (c) => c.charCodeAt(0));
    const inflate = new DecompressionStream("deflate");
    const stream = new Blob([bytes]).stream().pipeThrough(inflate);
    return JSON.parse(await new Response(stream).text());
  }

  function name_fields(all) {
    return all.map(([time, lane, verdict, standing, words, line]) => ({
      time,
      lane,
      verdict,
      standing,
      words: words.toLowerCase(),
      line,
    }));
  }

  async function load_body(details, number) {
    const pack = Math.floor(number / index.bodies);
    if (!bodies.has(pack)) bodies.set(pack, unpack(`bodies-${pack}`));
    const body = (await bodies.get(pack))[number % index.bodies];
    if (details.children.length === 1) details.insertAdjacentHTML("beforeend", body);
  }

  /* As one would write it into a ticket. */
  function text_of(details) {
    const texts = (query) => [...details.querySelectorAll(query)].map((e) => e.textContent);
    const terms = [...details.querySelectorAll("dl > div")].map(
      (div) => `${div.querySelector("dt").textContent}: ${div.querySelector("dd").innerText}`,
    );
    const rows = [...details.querySelectorAll("tr")].map((tr) =>
      [...tr.cells].map((cell) => cell.textContent).join("\t"),
    );
    const line = [...details.querySelector("summary").children].map((e) => e.textContent);
    return [line.join(", "), ...texts("figcaption, .meaning"), ...terms, "", ...rows, ""].join("\n");
  }

  /* ---- the list ---- */

  function make(numbers) {
    const template = document.createElement("template");
    template.innerHTML = numbers
      .map((n) => `<details class="incident" id="incident-${n + 1}">${index.incidents[n].line}</details>`)
      .join("");
    for (const details of template.content.children) made.set(number_of(details), details);
  }

  function elements_of(numbers) {
    make(numbers.filter((number) => !made.has(number)));
    return numbers.map((number) => made.get(number));
  }

  function number_of(details) {
    return Number(details.id.slice("incident-".length)) - 1;
  }

  /* The first of them at once, the rest in the frame after. */
  function show(numbers, first) {
    entries.replaceChildren(...elements_of(numbers.slice(0, first)));
    cancelAnimationFrame(rest);
    rest = requestAnimationFrame(() => entries.append(...elements_of(numbers.slice(first))));
  }

  function show_page(which, first = Math.ceil(innerHeight / LINE_PX)) {
    const pages = Math.max(1, Math.ceil(found.length / SHOWN));
    page = Math.max(0, Math.min(which, pages - 1));
    show(found.slice(page * SHOWN, (page + 1) * SHOWN), first);
    at("page").textContent = `page ${page + 1} of ${pages.toLocaleString("en")}`;
    at("pager").hidden = pages === 1;
    at("newer").disabled = page === 0;
    at("older").disabled = page === pages - 1;
  }

  /* Paper has no pages of 50: all that pass. */
  function show_all() {
    show(found, found.length);
  }

  function count_of(n) {
    return `${n.toLocaleString("en")} incident${n === 1 ? "" : "s"}`;
  }

  function say_found() {
    const all = index.incidents.length;
    const where = row ? ` of ${row.name}` : "";
    const some = found.length ? "" : ": nothing passes these filters";
    at("status").textContent = is_filtered()
      ? `${found.length.toLocaleString("en")} of ${count_of(all)}${where}${some}`
      : `${count_of(all)}, the newest first`;
    at("reset").disabled = !is_filtered();
  }

  /* ---- filters ---- */

  function is_filtered() {
    return row !== null || [...form.elements].some((field) => field.value !== "");
  }

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
        (row === null || (row.first <= i && i < row.end)) &&
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
    cancelAnimationFrame(drawn);
    drawn = requestAnimationFrame(() => timeline.draw(found, row));
  }

  /* Once a frame, however fast one types. */
  function filter_soon() {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(filter);
  }

  function reset() {
    form.reset();
    row = null;
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

  /* A row's name asks for the row, a column for its time as well. */
  function pick(event) {
    const picked = timeline.pick(event);
    if (!picked) return;
    row = picked.row === row && !picked.column ? null : picked.row;
    if (picked.column) {
      set_time("since", picked.column.from);
      set_time("until", picked.column.to - 1);
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
    show_page(Math.floor(found.indexOf(number) / SHOWN), SHOWN);
    const details = made.get(number);
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

  async function on_toggle({ target: details }) {
    if (!details.open) return;
    if (details.children.length === 1) await load_body(details, number_of(details));
    const time = details.querySelector("summary time");
    if (time) details.querySelector(".here").textContent = `Your time: ${local.format(new Date(time.dateTime))}`;
    details.querySelector(".copy").hidden = false;
  }

  async function on_click({ target }) {
    if (!target.matches(".copy")) return;
    const copied = navigator.clipboard.writeText(text_of(target.closest("details")));
    target.textContent = await copied.then(() => "Copied", () => "The browser refused");
  }

  function listen() {
    form.addEventListener("input", filter_soon);
    form.addEventListener("submit", (event) => event.preventDefault());
    at("reset").addEventListener("click", reset);
    at("newer").addEventListener("click", () => show_page(page - 1));
    at("older").addEventListener("click", () => show_page(page + 1));
    at("open").addEventListener("click", () => open_all(true));
    at("close").addEventListener("click", () => open_all(false));
    at("timeline").addEventListener("click", pick);
    entries.addEventListener("toggle", on_toggle, true);
    entries.addEventListener("click", on_click);
    document.addEventListener("keydown", on_key);
    window.addEventListener("hashchange", follow_link);
    window.addEventListener("beforeprint", show_all);
    window.addEventListener("afterprint", () => show_page(page));
  }

  function offer_theme() {
    name_theme();
    at("theme").hidden = false;
    at("theme").addEventListener("click", toggle_theme);
  }

  async function offer_incidents() {
    index = await unpack("index");
    index.incidents = name_fields(index.incidents);
    for (const details of entries.children) made.set(number_of(details), details);
    add_options("node", index.nodes, (name, i) => i);
    add_options("verdict", index.verdicts, (name, i) => i);
    add_options("standing", STANDINGS, (name, i) => i);
    add_options("place", index.lanes.map((one) => one[1]), (name) => name);
    listen();
    timeline = open_timeline(at("timeline"), index, STANDINGS);
    for (const hidden of document.querySelectorAll("#filters, .bar [hidden]")) hidden.hidden = false;
    at("older-note")?.remove();
    filter();
    follow_link();
  }

  async function begin() {
    offer_theme();
    if (form) await offer_incidents();
    root.classList.add("enabled");
  }

  begin();
})();
