// Nothing here is needed: each page works without it.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// It is over: pages of other tabs that still show it must not be used. Their
// banners listen by this name.
const ended = one("[data-ended]");
if (ended && "BroadcastChannel" in window) {
  new BroadcastChannel("guise //" + location.host + ended.dataset.ended).postMessage({ id: "", running: true });
}

// Times: in the reader's own zone and habit, in the language of the page, or
// the exact ones in UTC, as the reader chose at the foot of the page. The
// exact one is in the title too.
const page = document.documentElement.lang;
const language = navigator.languages.find((own) => own.split("-")[0] === page.split("-")[0]) ?? page;
const format = (styles) => new Intl.DateTimeFormat(language, styles);
const minute = format({ dateStyle: "medium", timeStyle: "short" });
const second = format({ dateStyle: "medium", timeStyle: "medium" });
const day = format({ dateStyle: "medium" });
const clock = format({ timeStyle: "medium" });
const date = format({ dateStyle: "medium", timeZone: "UTC" }); // of what is counted by days of UTC
const stored = "guise-console-utc";
let utc = false;
try {
  utc = localStorage.getItem(stored) === "yes";
} catch {
  // A browser that keeps nothing: the choice is for this page alone.
}

// The timeline has a heading for each day in UTC. In the reader's zone that may
// be two: then the heading is the first, and a time on the other says so.
const dayOf = (list) => day.format(new Date(one("time", list).dateTime));

function said(time) {
  const at = new Date(time.dateTime);
  if (time.classList.contains("date")) return utc ? time.dateTime : date.format(at);
  const exact = at.toISOString().slice(0, 19).replace("T", " ") + " UTC";
  if (!time.classList.contains("clock")) {
    return utc ? exact : (time.classList.contains("second") ? second : minute).format(at);
  }
  if (utc) return exact.slice(11);
  const list = time.closest(".timeline");
  return (list && day.format(at) === dayOf(list) ? clock : second).format(at);
}

function showTimes(root = document) {
  for (const time of all("time[datetime]", root)) time.textContent = said(time);
  for (const heading of all(".day:has(+ .timeline time)", root)) {
    heading.dataset.utc ??= heading.textContent;
    heading.textContent = utc ? heading.dataset.utc : dayOf(heading.nextElementSibling);
  }
}

function showZone() {
  const zone = minute.resolvedOptions().timeZone;
  const same = zone === "UTC" || zone === "Etc/UTC";
  for (const note of all(".zone")) {
    note.textContent = utc || same ? note.dataset.utc : note.dataset.local.replace("{zone}", zone);
  }
  for (const button of all(".swap")) {
    button.textContent = utc ? button.dataset.local : button.dataset.utc;
    button.hidden = same && !utc;
  }
}

for (const button of all(".swap")) {
  button.addEventListener("click", () => {
    utc = !utc;
    try {
      localStorage.setItem(stored, utc ? "yes" : "no");
    } catch {
      // As above.
    }
    showTimes();
    showZone();
  });
}
showTimes();
showZone();

// "/" goes to the search box, and the arrows from row to row; Enter follows
// the link that has the focus, as it does anyway.
const box = one("input[type=search]");
if (box?.autofocus) box.setSelectionRange(box.value.length, box.value.length); // one types on

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
  const inField = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && box && !inField) {
    event.preventDefault();
    box.focus();
    box.select();
  }
  const form = one("details.end[open]"); // which covers what is below it
  if (event.key === "Escape" && form) {
    form.open = false;
    one("summary", form).focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [box, ...all("main a[data-row]")].filter(Boolean);
  const at = stops.indexOf(document.activeElement);
  const next = at < 0 ? null : stops[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  // What stands there is not what was asked for last: go to the answer instead.
  if (stops[at] === box && typed?.waiting()) return typed.goToAnswer();
  next.focus();
});

// read fetches a page of the console. It is null when the answer isn't one: a
// login page, a refusal.
async function read(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual", signal });
  if (!answer.ok) return null;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  showTimes(fresh);
  return fresh;
}

// take puts what another page has in an element into this page's, if it differs.
function take(mine, theirs) {
  if (mine.innerHTML !== theirs.innerHTML) {
    mine.replaceChildren(...[...theirs.childNodes].map((node) => document.importNode(node, true)));
  }
}

// The address of a filter says what was filtered by, and no more.
for (const form of all("form[method=get]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}

// People: the answer comes while one types, and the address says what for. Not
// while acting as someone, when no script may read what the console says.
const people = one(".page-users form[role=search]");
const typed = people && !one("#guise-banner") ? searchAsTyped(people, one("#results")) : null;

function searchAsTyped(form, results) {
  let timer, asked, going = false, wanted = box.value.trim(), shown = wanted;
  one("#keys").hidden = false;

  async function search() {
    const words = box.value.trim();
    if (words === wanted) return;
    wanted = words;
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const address = new URL(form.action);
    if (words) address.searchParams.set("q", words);
    results.ariaBusy = "true";
    try {
      const fresh = await read(address, signal);
      if (signal.aborted) return; // a newer question is on its way
      if (!fresh) return location.assign(address); // and see why
      show(fresh);
      shown = words;
      history.replaceState(null, "", address);
      results.ariaBusy = "false";
      if (going) one("a[data-row]", results)?.focus();
      going = false;
    } catch {
      if (signal.aborted) return;
      wanted = null; // no network: the next key tries again
      results.ariaBusy = "false";
    }
  }

  // show keeps the focus on the person it was on, or takes it back to the box.
  function show(fresh) {
    const inside = results.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    take(results, one("#results", fresh));
    take(one("#count"), one("#count", fresh));
    if (inside === null || results.contains(document.activeElement)) return;
    (all("a[data-row]", results).find((row) => row.getAttribute("href") === inside) ?? box).focus();
  }

  const soon = (event) => {
    if (event.isComposing) return; // a Japanese word is being put together
    going = false;
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  };
  box.addEventListener("input", soon);
  box.addEventListener("compositionend", soon);
  return {
    waiting: () => box.value.trim() !== shown,
    goToAnswer() {
      going = true;
      clearTimeout(timer);
      search();
    },
  };
}

// Live: what is there is updated where it is. What is new comes after it and
// what is over stays, so that nothing moves while somebody reads it.
const live = one("#live");
const note = one("#live-note[data-fresh]"); // not while acting as someone: being idle must count
if (live && note) keepFresh();

function keepFresh() {
  const polling = 4000, streaming = 30_000; // what is left of the time is to be right too
  let stream, timer;

  async function refresh() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    let fresh = null;
    try {
      fresh = await read(location.href, AbortSignal.timeout(10_000));
    } catch {
      // No network, or too slow: the note says so.
    }
    if (!fresh || !one("#live", fresh)) fresh = null; // it is another page, about a fault
    if (fresh) {
      update(one("#live", fresh));
      take(one("#count"), one("#count", fresh));
    }
    say(fresh ? note.dataset.fresh : note.dataset.stale);
    clearTimeout(timer);
    timer = setTimeout(refresh, fresh && stream?.readyState === EventSource.OPEN ? streaming : polling);
  }

  // The stream says when there is something to read. Where there is none, or a
  // proxy swallows it, it is looked for every few seconds. A page that nobody
  // sees holds none open: a browser has few for a host.
  function listen() {
    stream?.close();
    stream = null;
    if (document.visibilityState !== "visible" || !("EventSource" in window)) return;
    stream = new EventSource(note.dataset.events);
    stream.addEventListener("changed", refresh);
    stream.addEventListener("error", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, polling);
    });
  }

  function say(text) {
    if (note.textContent !== text) note.textContent = text;
  }

  say(note.dataset.fresh);
  document.addEventListener("visibilitychange", () => {
    listen();
    refresh();
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => event.persisted && listen());
  listen();
  timer = setTimeout(refresh, polling);
}

function update(fresh) {
  const mine = new Map(all("tr[data-id]", live).map((row) => [row.dataset.id, row]));
  if (mine.size === 0) return take(live, fresh);
  for (const theirs of all("tr[data-id]", fresh)) {
    const row = mine.get(theirs.dataset.id);
    mine.delete(theirs.dataset.id);
    if (!row) {
      const added = document.importNode(theirs, true);
      added.classList.add("new");
      one("tbody", live).append(added);
      continue;
    }
    all("[data-fresh]", row).forEach((cell, n) => take(cell, all("[data-fresh]", theirs)[n]));
  }
  if ("more" in fresh.dataset) return; // the list is cut: what is missing may still run
  for (const row of mine.values()) {
    if (row.matches(".over")) continue;
    row.style.setProperty("--height", `${row.offsetHeight}px`); // so that nothing moves up
    row.classList.add("over");
    one(".until", row).textContent = live.dataset.over;
  }
}
