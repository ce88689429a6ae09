// Goes inline into pages of any kind, XHTML too: no ampersand, no less-than.
(() => {
  "use strict";
  const banner = document.getElementById("guise-banner");
  if (!banner) return;
  const { id, status, expires, now } = banner.dataset;
  const text = (name, values = {}) =>
    (banner.dataset[name] || "").replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));

  // The banner's place. In the top layer nothing of the page's lies over it,
  // however the page is laid out; so room is kept for it at that edge.
  const root = document.documentElement;
  const edge = banner.previousElementSibling ? "bottom" : "top";
  const rules = banner.querySelector("style").sheet;
  const own = parseFloat(getComputedStyle(root)["padding-" + edge]) || 0;
  const fixed = () => banner.hasAttribute("data-guise-edge");
  let room = "";
  const keepRoom = () => {
    if (!rules) return;
    const height = banner.getBoundingClientRect().height;
    const rule = !fixed() ? "" : "@media screen { html { --guise-banner-height: " + height + "px; box-sizing: border-box !important; " +
      "padding-" + edge + ": " + (own + height) + "px !important; scroll-padding-" + edge + ": " + (height + 8) + "px } " +
      "[data-guise-moved] { " + edge + ": " + height + "px !important } }";
    if (rule === room) return;
    if (room) rules.deleteRule(rules.cssRules.length - 1);
    if (rule) rules.insertRule(rule, rules.cssRules.length);
    room = rule;
  };
  // On paper it stands where it is in the page, once.
  const place = (paper) => {
    if (!banner.showPopover || paper === !fixed()) return;
    if (paper) {
      banner.removeAttribute("data-guise-edge");
      banner.removeAttribute("popover");
    } else {
      banner.setAttribute("popover", "manual");
      banner.showPopover();
      banner.setAttribute("data-guise-edge", edge);
    }
    keepRoom();
  };
  // What the page opens in the top layer later would lie over it.
  document.addEventListener("toggle", ({ target, newState }) => {
    if (!fixed() || newState !== "open" || banner.contains(target) || document.getElementById("guise-cover")) return;
    if (!target.matches(":popover-open, :modal")) return;
    banner.hidePopover();
    banner.showPopover();
  }, true);
  // What the page itself puts at that edge would be under the banner.
  const move = (element) => {
    if (banner.contains(element)) return;
    const style = getComputedStyle(element);
    if (!/^(fixed|sticky|absolute)$/.test(style.position)) return;
    const scrolled = style.position === "absolute" ? scrollY : 0;
    const box = element.getBoundingClientRect();
    const gap = edge === "top" ? box.top + scrolled : innerHeight - box.bottom;
    const height = banner.getBoundingClientRect().height;
    if (height > gap) if (1 > Math.abs(gap - parseFloat(style[edge]))) element.setAttribute("data-guise-moved", "");
  };
  const makeWay = () => {
    if (!fixed()) return;
    const { top, bottom, height } = banner.getBoundingClientRect();
    const found = new Set();
    for (let x = 20; innerWidth > x; x += 40)
      for (const y of [top + 1, top + height / 2, bottom - 1]) for (const element of document.elementsFromPoint(x, y)) found.add(element);
    found.forEach(move);
  };
  const paper = matchMedia("print");
  place(paper.matches);
  paper.addEventListener("change", () => place(paper.matches));
  addEventListener("beforeprint", () => place(true));
  addEventListener("afterprint", () => place(false));
  if ("ResizeObserver" in window) new ResizeObserver(keepRoom).observe(banner);
  let awaited = false;
  const soon = () => {
    if (awaited) return;
    awaited = true;
    requestAnimationFrame(() => { awaited = false; makeWay(); });
  };
  for (const event of ["DOMContentLoaded", "load", "resize", "scroll"]) addEventListener(event, soon, { passive: true });
  addEventListener("focusin", ({ target }) => {
    if (fixed()) for (let element = target; element instanceof Element; element = element.parentElement) move(element);
  });

  // The time left. The page's clock may be wrong; only the time passed counts.
  const left = banner.querySelector("[data-guise-left]");
  const opened = performance.now();
  const secondsLeft = () => (expires - now) / 1000 - (performance.now() - opened) / 1000;
  const sayLeft = () => {
    const seconds = secondsLeft();
    const minutes = Math.ceil(seconds / 60);
    let words = text("leftHours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    if (60 > minutes) words = text("left", { minutes });
    if (60 > seconds) words = text("leftLess");
    if (left.textContent !== words) left.textContent = words;
  };

  // What the page's scripts send once it is over, they would send as the person
  // behind it. A policy that a script adds holds at once, and for good.
  const policies = new Set();
  const quiet = (policy) => {
    if (policies.has(policy)) return;
    policies.add(policy);
    const meta = document.createElement("meta");
    meta.httpEquiv = "Content-Security-Policy";
    meta.content = policy;
    (document.head ?? root.appendChild(document.createElement("head"))).append(meta); // elsewhere it is no policy
  };
  const sendNothing = () => quiet("connect-src 'none'; img-src 'none'");
  delete window.fetchLater; // what it is given would be sent when the page is gone

  // A page of an impersonation that is over must be neither read nor used.
  let covered = false;
  const cover = () => {
    if (covered || !banner.isConnected) return;
    covered = true;
    sendNothing();
    quiet("form-action 'none'"); // not before: the form that leaves is one
    const sheet = document.createElement("dialog");
    sheet.id = "guise-cover";
    sheet.lang = banner.lang;
    sheet.dir = banner.dir;
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
    // Modal: all else is inert, also what is in the top layer or comes later.
    sheet.addEventListener("cancel", (event) => event.preventDefault());
    sheet.addEventListener("close", () => sheet.showModal());
    sheet.showModal();
    again.focus();
    // The page's keyboard shortcuts would still work.
    for (const event of ["keydown", "keypress", "keyup"]) addEventListener(event, (pressed) => pressed.stopImmediatePropagation(), true);
  };

  // The browser's other pages of this application: one that shows another
  // impersonation than the one that runs, or one that is over, is out of date.
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("guise " + status) : null;
  const tell = (running) => channel?.postMessage({ id, running });
  channel?.addEventListener("message", ({ data }) => { if ((data.id === id) !== data.running) cover(); });
  tell(true);
  const over = () => {
    tell(false);
    cover();
  };

  // Asks whether the impersonation still runs. No answer is no news. Where the
  // page's policy forbids to ask, asking again would only be reported again.
  let forbidden = false;
  document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
    if (blockedURI === new URL(status, document.baseURI).href) forbidden = true;
  });
  const ask = async () => {
    if (covered || forbidden) return;
    try {
      const answer = await fetch(status, { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin" });
      if (![200, 401, 403].includes(answer.status)) return;
      const said = answer.ok ? await answer.json() : {};
      if (!said.impersonation || said.impersonation.id !== id) over();
    } catch { /* offline, or the page's policy forbids it */ }
  };
  const look = () => {
    if (!left || covered) return;
    if (secondsLeft() > 0) sayLeft();
    else over();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    look();
    ask();
  });
  // Whether it is over can't be known while the page is left: the answer that
  // said so may be what it is left for. So it sends no last word.
  addEventListener("pagehide", sendNothing, true);
  // A page out of the browser's memory may be anybody's by now, and is still quiet.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Whichever form on the page leaves, the application's own too.
  const address = (action) => {
    const url = new URL(action, document.baseURI);
    return url.origin + url.pathname;
  };
  const stop = address(banner.querySelector("form").getAttribute("action"));
  addEventListener("submit", (event) => {
    const from = event.submitter?.hasAttribute("formaction") ? event.submitter : event.target;
    const action = from.getAttribute("formaction") || from.getAttribute("action") || "";
    if (!URL.canParse(action, document.baseURI) || address(action) !== stop) return;
    // What a script of the page's has taken over may or may not be sent. That is
    // known once all other listeners ran: before any timer, unless one stops this.
    const settle = () => { if (!event.defaultPrevented) sendNothing(); };
    addEventListener("submit", settle);
    setTimeout(() => {
      removeEventListener("submit", settle);
      settle();
      event.defaultPrevented ? setTimeout(ask, 1000) : tell(false);
    });
  }, true);

  if (left) {
    look();
    setInterval(look, 1000);
  }
})();
