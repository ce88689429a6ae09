// What a single-page application needs of Guise: to find people, to act as one,
// to leave, and to say on the page, always, who is there. `call(method, path,
// body)` is the application's own: it sends the token and returns
// {ok, status, body}.
export function guise(call, base = "/impersonate/") {
  return {
    status: () => call("GET", base + "status"),
    find: (text) => call("GET", base + "users?q=" + encodeURIComponent(text)),
    start: (userID, more = {}) => call("POST", base + "start", { user_id: userID, ...more }),
    stop: () => call("POST", base + "stop"),
    // After an answer with the code impersonation-ended nothing else is answered
    // until this was asked: it says that the person will be told.
    ended: () => call("GET", base + "ended"),
  };
}

// showBanner shows whom one acts as, from the answer to status. Guise puts its
// own banner only on pages that it serves whole, and this one it does not serve.
export function showBanner(status) {
  const acting = status.impersonating;
  document.getElementById("acting").hidden = !acting;
  if (!acting) return;
  document.getElementById("subject").textContent = status.user.name;
  document.getElementById("actor").textContent = status.actor.name;
  document.getElementById("mode").textContent =
    status.impersonation.mode === "read_only" ? "You can look, and change nothing." : "What you change is theirs.";
}
