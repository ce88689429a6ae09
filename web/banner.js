// Goes inline into pages of any kind, XHTML too: no ampersand, no less-than.
(() => {
  "use strict";
  const banner = document.getElementById("guise-banner");
  if (!banner) return;
  const { id, status, expires, now } = banner.dataset;
  const text = (name, values = {}) =>
    (banner.dataset[name] || "").replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));

  // The time left. The page's clock may be wrong; only the time passed counts.
  const left = banner.querySelector("[data-guise-left]");
  const opened = performance.now();
  const secondsLeft = () => (expires - now) / 1000 - (performance.now() - opened) / 1000;
  const sayLeft = () => {
    const seconds = secondsLeft();
    const minutes = Math.ceil(seconds / 60);
    if (60 > seconds) left.textContent = text("leftLess");
    else if (60 > minutes) left.textContent = text("left", { minutes });
    else left.textContent = text("leftHours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  };

  // A page of an impersonation that is over must not be used any more.
  let covered = false;
  const cover = () => {
    if (covered) return;
    covered = true;
    const sheet = document.createElement("div");
    sheet.id = "guise-cover";
    sheet.setAttribute("role", "alertdialog");
    sheet.setAttribute("aria-modal", "true");
    const words = document.createElement("p");
    words.id = "guise-cover-text";
    words.textContent = text("over");
    sheet.setAttribute("aria-labelledby", words.id);
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = text("reload");
    again.addEventListener("click", () => location.reload());
    sheet.append(words, again);
    for (const child of document.body.children) child.inert = true;
    document.body.append(sheet);
    again.focus();
  };

  const channel = "BroadcastChannel" in window ? new BroadcastChannel("guise") : null;
  const over = () => {
    channel?.postMessage(id);
    cover();
  };
  channel?.addEventListener("message", (event) => { if (event.data === id) cover(); });

  // Asks whether the impersonation still runs. No answer is no news.
  const ask = async () => {
    try {
      const answer = await fetch(status, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin" });
      if (answer.status >= 500) return;
      const said = answer.ok ? await answer.json() : {};
      if (!said.impersonation || said.impersonation.id !== id) over();
    } catch { /* offline, or the page's policy forbids it */ }
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  // Whichever form on the page leaves, the application's own too.
  const stop = banner.querySelector("form").action;
  document.addEventListener("submit", (event) => {
    const action = new URL(event.target.getAttribute("action") || "", document.baseURI).href;
    if (action === stop) channel?.postMessage(id);
  });

  if (left) {
    sayLeft();
    const timer = setInterval(() => {
      if (secondsLeft() > 0) return sayLeft();
      clearInterval(timer);
      ask();
    }, 1000);
  }
})();
